// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "sdk/src/kernels/pool_rows.hpp"

namespace sslhost::pool {

namespace {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

/// Where rows begin: row y of the result, and the upper one of its two in x.
struct Rows {
  explicit Rows(at::IntArrayRef x)
      : c(x[1]),
        w(x[3] / 2),
        h(x[2] / 2),
        x_row(x[3] * c),
        x_image(x[2] * x_row),
        count(x[0] * h) {}
  int64_t one(int64_t y) const { return y * w * c; }
  int64_t two(int64_t y) const { return y / h * x_image + y % h * 2 * x_row; }

  template <class Row>
  void each(const Row& row) const {
    at::parallel_for(0, count, std::max<int64_t>(1, (1 << 14) / (w * c)),
                     [&](int64_t begin, int64_t end) {
                       for (int64_t y = begin; y < end; ++y) row(two(y), one(y));
                       finish_streams();
                     });
  }

  int64_t c, w, h, x_row, x_image, count;
};

/// Bytes of a gradient above which it is streamed.
constexpr size_t kStreamed = 8 << 20;

}  // namespace

Maxima maxima(const Tensor& x, float least) {
  const auto like = [&](at::ScalarType type) {
    return at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2},
                     x.options().dtype(type).memory_format(kLast));
  };
  Maxima all = {like(at::kFloat), like(at::kByte)};
  const Rows rows(x.sizes());
  const float* from = x.const_data_ptr<float>();
  float* to = all.values.mutable_data_ptr<float>();
  Place* places = all.places.mutable_data_ptr<Place>();
  rows.each([&](int64_t two, int64_t one) {
    row_maxima(from + two, from + two + rows.x_row, rows.w, rows.c, least, to + one, places + one);
  });
  return all;
}

Tensor input_gradient(const Tensor& gradient, const Tensor& places, at::IntArrayRef shape) {
  auto result = at::empty(shape, gradient.options().memory_format(kLast));
  // A last row or column that is in no window.
  if (shape[2] % 2 == 1) result.select(2, shape[2] - 1).zero_();
  if (shape[3] % 2 == 1) result.select(3, shape[3] - 1).zero_();
  const auto rows_of_gradient = gradient.contiguous(kLast);
  const Rows rows(shape);
  const auto* g = rows_of_gradient.const_data_ptr<float>();
  const auto* from = places.const_data_ptr<Place>();
  float* to = result.mutable_data_ptr<float>();
  if (result.nbytes() < kStreamed) {
    rows.each([&](int64_t two, int64_t one) {
      row_gradients(from + one, g + one, rows.w, rows.c, to + two, to + two + rows.x_row);
    });
    return result;
  }
  const int64_t length = 2 * rows.w * rows.c;
  rows.each([&](int64_t two, int64_t one) {
    static thread_local std::vector<float> pair;
    pair.resize(static_cast<size_t>(2 * length));
    float *upper = pair.data(), *lower = upper + length;
    row_gradients(from + one, g + one, rows.w, rows.c, upper, lower);
    stream(upper, length, to + two);
    stream(lower, length, to + two + rows.x_row);
  });
  return result;
}

}  // namespace sslhost::pool
