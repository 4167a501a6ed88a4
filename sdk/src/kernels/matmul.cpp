// SPDX-License-Identifier: Apache-2.0
#include "matmul.hpp"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace sslhost::products {

namespace {

using vectors::kRun;
using vectors::kStripe;
using vectors::Path;

/// Fewer multiply-adds, some two microseconds, are not worth a thread of their own.
constexpr int64_t kGrain = 1 << 18;
/// Rows that pay for packing a stripe once more.
constexpr int64_t kFewestRows = 24;

/// Elements of a matrix of rows and steps, or of steps and columns.
struct Operand {
  const float* data;
  int64_t outer, step;
};

struct Shape {
  int64_t rows, columns, steps;
};

/// The work in pieces that threads share: stripes of columns, cut into groups of rows where there
/// are few.
class Pieces {
 public:
  explicit Pieces(const Shape& shape)
      : shape_(shape), stripes_((shape.columns + kStripe - 1) / kStripe) {
    const int64_t wanted = 4 * at::get_num_threads();
    groups_ = at::get_num_threads() == 1
                  ? 1
                  : std::clamp<int64_t>((wanted + stripes_ - 1) / stripes_, 1,
                                        std::max<int64_t>(1, shape.rows / kFewestRows));
  }
  int64_t count() const { return stripes_ * groups_; }
  int64_t grain() const {
    return std::max<int64_t>(1, kGrain * count() / (shape_.rows * shape_.columns * shape_.steps));
  }
  int64_t column(int64_t piece) const { return piece / groups_ * kStripe; }
  int64_t columns(int64_t piece) const { return std::min(kStripe, shape_.columns - column(piece)); }
  int64_t row(int64_t piece) const { return piece % groups_ * shape_.rows / groups_; }
  int64_t rows(int64_t piece) const {
    return (piece % groups_ + 1) * shape_.rows / groups_ - row(piece);
  }

 private:
  Shape shape_;
  int64_t stripes_, groups_;
};

Tensor empty(int64_t rows, int64_t columns) {
  return at::empty({rows, columns}, at::dtype(at::kFloat).device(at::kCPU));
}

const float* data(const Tensor& t) { return t.const_data_ptr<float>(); }

/// to[row][column] = Σ_s a[row][s] · b[s][column] (+ bias[column]), or added to what `to` holds.
void product(const Path& path, const Operand& a, const Operand& b, const float* bias,
             const Shape& shape, bool add, Tensor& result) {
  auto* to = result.mutable_data_ptr<float>();
  const Pieces pieces(shape);
  at::parallel_for(0, pieces.count(), pieces.grain(), [&](int64_t begin, int64_t end) {
    alignas(64) float stripe[kStripe * kRun];
    for (int64_t piece = begin; piece < end; ++piece) {
      const auto row = pieces.row(piece), column = pieces.column(piece),
                 columns = pieces.columns(piece);
      for (int64_t step = 0; step < shape.steps; step += kRun) {
        const auto steps = std::min(kRun, shape.steps - step);
        path.pack(b.data + column * b.outer + step * b.step, b.outer, b.step, columns, steps,
                  stripe, kStripe);
        path.multiply({.a = a.data + row * a.outer + step * a.step,
                       .a_row = a.outer,
                       .a_step = a.step,
                       .b = stripe,
                       .b_step = kStripe,
                       .c = to + row * shape.columns + column,
                       .c_row = shape.columns,
                       .rows = pieces.rows(piece),
                       .columns = columns,
                       .steps = steps,
                       .bias = bias ? bias + column : nullptr,
                       .add = add || step > 0});
      }
    }
  });
}

Tensor product(const Path& path, const Operand& a, const Operand& b, const float* bias,
               const Shape& shape) {
  auto result = empty(shape.rows, shape.columns);
  product(path, a, b, bias, shape, /*add=*/false, result);
  return result;
}

/// forward() for few rows, where packing the weights costs a fifth of the product: w xᵀ packs x.
Tensor forward_turned(const Path& path, const Tensor& x, const Tensor& w, const Tensor& b) {
  const auto n = x.size(0), in = x.size(1), out = w.size(0);
  // A copy even for one row, where the expanded bias would be the bias itself.
  auto turned = b.defined() ? b.unsqueeze(1).expand({out, n}).clone(at::MemoryFormat::Contiguous)
                            : empty(out, n);
  product(path, {data(w), in, 1}, {data(x), in, 1}, nullptr, {out, n, in}, b.defined(), turned);
  auto result = empty(n, out);
  path.pack(data(turned), n, 1, out, n, result.mutable_data_ptr<float>(), out);
  return result;
}

}  // namespace

Tensor forward(const Path& path, const Tensor& x, const Tensor& w, const Tensor& b) {
  const auto rows = x.contiguous(), weight = w.contiguous(),
             bias = b.defined() ? b.contiguous() : b;
  const auto n = x.size(0), in = x.size(1), out = w.size(0);
  if (n <= kStripe && out > n && out % path.lanes == 0)
    return forward_turned(path, rows, weight, bias);
  return product(path, {data(rows), in, 1}, {data(weight), in, 1},
                 b.defined() ? data(bias) : nullptr, {n, out, in});
}

Tensor input_gradient(const Path& path, const Tensor& g, const Tensor& w) {
  const auto rows = g.contiguous(), weight = w.contiguous();
  const auto n = g.size(0), out = w.size(0), in = w.size(1);
  return product(path, {data(rows), out, 1}, {data(weight), 1, in}, nullptr, {n, in, out});
}

Tensor weight_gradient(const Path& path, const Tensor& g, const Tensor& x) {
  const auto gradient = g.contiguous(), rows = x.contiguous();
  const auto n = x.size(0), in = x.size(1), out = g.size(1);
  return product(path, {data(gradient), 1, out}, {data(rows), 1, in}, nullptr, {out, in, n});
}

}  // namespace sslhost::products
