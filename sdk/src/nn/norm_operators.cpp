// SPDX-License-Identifier: Apache-2.0
// Batch norm with a leaky ReLU behind it as operators of LibTorch, without derivatives
// (norm_functions.hpp has those): float32, channels last or two dimensions. Those of a card:
// sdk/src/cards.

#include <algorithm>
#include <optional>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "sdk/src/nn/norm_arguments.hpp"
#include "sdk/src/nn/norm_loops.hpp"

namespace sslhost::norms {

namespace {

// One pass over so many rows; of more, the moments of each piece are merged.
constexpr int64_t kPiece = 512;
constexpr int64_t kBlock = 64;         // channels that a thread takes at once
constexpr int64_t kNumbers = 1 << 15;  // that are worth another thread

struct Matrix {
  explicit Matrix(const Tensor& x)
      : channels(x.size(1)), rows(x.numel() / channels), pieces((rows + kPiece - 1) / kPiece) {}
  loops::Part piece(int64_t i) const {
    return {channels, i * kPiece, std::min(rows, (i + 1) * kPiece), 0, channels};
  }
  int64_t channels, rows, pieces;
};

/// f(part): all rows of some channels, on all threads.
template <class F>
void over_channels(const Matrix& m, F&& f) {
  const int64_t blocks = (m.channels + kBlock - 1) / kBlock;
  at::parallel_for(
      0, blocks, std::max<int64_t>(1, kNumbers / (kBlock * m.rows)),
      [&](int64_t begin, int64_t end) {
        f(loops::Part{m.channels, 0, m.rows, begin * kBlock, std::min(m.channels, end * kBlock)});
      });
}

/// f(part): all channels of some rows, on all threads.
template <class F>
void over_rows(const Matrix& m, F&& f) {
  at::parallel_for(
      0, m.rows, std::max<int64_t>(1, kNumbers / m.channels),
      [&](int64_t begin, int64_t end) { f(loops::Part{m.channels, begin, end, 0, m.channels}); });
}

/// Two numbers of each channel over all rows, a and b, by find(part, a, b); settle(left, right)
/// makes of them, for those channels, what apply(part) needs. Of several pieces they are found
/// apart, and merge(part, c, a, b) adds those of one to what there is of channel c.
template <class Find, class Merge, class Settle, class Apply>
void in_two_passes(const Matrix& m, float* a, float* b, Find find, Merge merge, Settle settle,
                   Apply apply) {
  if (m.pieces == 1) {
    over_channels(m, [&](const loops::Part& part) {
      find(part, a, b);
      settle(part.left, part.right);
      apply(part);
    });
    return;
  }
  std::vector<float> partial(static_cast<size_t>(2 * m.pieces * m.channels));
  const auto of = [&](int64_t piece) { return partial.data() + 2 * piece * m.channels; };
  at::parallel_for(0, m.pieces, std::max<int64_t>(1, kNumbers / (kPiece * m.channels)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i)
                       find(m.piece(i), of(i), of(i) + m.channels);
                   });
  std::fill_n(a, m.channels, 0.0F);
  std::fill_n(b, m.channels, 0.0F);
  for (int64_t i = 0; i < m.pieces; ++i)
    for (int64_t c = 0; c < m.channels; ++c) merge(m.piece(i), c, of(i)[c], of(i)[m.channels + c]);
  settle(0, m.channels);
  over_rows(m, apply);
}

void move_running(const std::optional<Tensor>& mean, const std::optional<Tensor>& var,
                  const float* found_mean, const float* found_var, double rows, float momentum) {
  if (!mean || !var) return;
  auto *of_mean = mean->mutable_data_ptr<float>(), *of_var = var->mutable_data_ptr<float>();
  const auto unbiased = static_cast<float>(rows / (rows - 1));
  for (int64_t c = 0; c < mean->numel(); ++c) {
    of_mean[c] = moved(of_mean[c], found_mean[c], momentum);
    of_var[c] = moved(of_var[c], found_var[c] * unbiased, momentum);
  }
}

Three forward_on_cpu(const Tensor& x, const Tensor& weight, const Tensor& bias,
                     const std::optional<Tensor>& running_mean,
                     const std::optional<Tensor>& running_var, double momentum, double epsilon,
                     double slope) {
  require(x, weight, bias);
  const Matrix m(x);
  auto y = at::empty_like(x), mean = at::empty_like(weight), var = at::empty_like(weight);
  std::vector<float> lines(static_cast<size_t>(2 * m.channels));
  auto *scale = lines.data(), *shift = scale + m.channels;
  const auto *from = x.const_data_ptr<float>(), *w = weight.const_data_ptr<float>(),
             *b = bias.const_data_ptr<float>();
  auto *to = y.mutable_data_ptr<float>(), *of_mean = mean.mutable_data_ptr<float>(),
       *of_var = var.mutable_data_ptr<float>();
  const auto rows = static_cast<float>(m.rows), e = static_cast<float>(epsilon),
             s = static_cast<float>(slope);
  const auto settle = [&](int64_t left, int64_t right) {
    for (int64_t c = left; c < right; ++c) {
      of_var[c] /= rows;
      const auto line = line_of(of_mean[c], of_var[c], e, w[c], b[c]);
      scale[c] = line.scale;
      shift[c] = line.shift;
    }
  };
  const auto find = [&](const loops::Part& part, float* found, float* squares) {
    loops::moments(from, part, found, squares);
  };
  const auto merge = [&](const loops::Part& part, int64_t c, float found, float squares) {
    const Moments before = {static_cast<float>(part.first), of_mean[c], of_var[c]},
                  more = {static_cast<float>(part.end - part.first), found, squares};
    const auto both = merged(before, more);
    of_mean[c] = both.mean;
    of_var[c] = both.squares;
  };
  in_two_passes(m, of_mean, of_var, find, merge, settle, [&](const loops::Part& part) {
    loops::normalize(from, part, scale, shift, s, to);
  });
  move_running(running_mean, running_var, of_mean, of_var, static_cast<double>(m.rows),
               static_cast<float>(momentum));
  return {y, mean, var};
}

Three gradient_on_cpu(const Tensor& g, const Tensor& y, const Tensor& x, const Tensor& weight,
                      const Tensor& mean, const Tensor& var, double epsilon, double slope) {
  require(x, weight, mean);
  require(g, weight, var);
  require(y, weight, var);
  const Matrix m(x);
  auto of_x = at::empty_like(x), of_weight = at::empty_like(weight),
       of_bias = at::empty_like(weight);
  std::vector<float> lines(static_cast<size_t>(3 * m.channels));
  auto *scale = lines.data(), *offset = scale + m.channels, *factor = offset + m.channels;
  const auto *from = x.const_data_ptr<float>(), *of_g = g.const_data_ptr<float>(),
             *of_y = y.const_data_ptr<float>(), *w = weight.const_data_ptr<float>(),
             *about = mean.const_data_ptr<float>(), *v = var.const_data_ptr<float>();
  auto *to = of_x.mutable_data_ptr<float>(), *product = of_weight.mutable_data_ptr<float>(),
       *sum = of_bias.mutable_data_ptr<float>();
  const auto rows = static_cast<float>(m.rows), e = static_cast<float>(epsilon),
             s = static_cast<float>(slope);
  const auto settle = [&](int64_t left, int64_t right) {
    for (int64_t c = left; c < right; ++c) {
      const auto back = back_of(about[c], v[c], e, w[c], sum[c], product[c], rows);
      scale[c] = back.scale;
      offset[c] = back.offset;
      factor[c] = back.factor;
      product[c] *= inverse_deviation(v[c], e);  // Σ g' x̂
    }
  };
  const auto find = [&](const loops::Part& part, float* found, float* products) {
    loops::sums(of_g, of_y, from, part, about, s, found, products);
  };
  const auto merge = [&](const loops::Part&, int64_t c, float found, float products) {
    sum[c] += found;
    product[c] += products;
  };
  in_two_passes(m, sum, product, find, merge, settle, [&](const loops::Part& part) {
    loops::gradient(of_g, of_y, from, part, about, scale, offset, factor, s, to);
  });
  return {of_x, of_weight, of_bias};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(sslhost, library) {
  library.def(
      "batch_norm(Tensor x, Tensor weight, Tensor bias, Tensor(a!)? running_mean, "
      "Tensor(b!)? running_var, float momentum, float epsilon, float slope) -> "
      "(Tensor, Tensor, Tensor)");
  library.def(
      "batch_norm_gradient(Tensor g, Tensor y, Tensor x, Tensor weight, Tensor mean, Tensor var, "
      "float epsilon, float slope) -> (Tensor, Tensor, Tensor)");
}

TORCH_LIBRARY_IMPL(sslhost, CPU, library) {
  library.impl("batch_norm", forward_on_cpu);
  library.impl("batch_norm_gradient", gradient_on_cpu);
}

}  // namespace sslhost::norms
