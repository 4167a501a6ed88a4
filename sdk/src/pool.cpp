// SPDX-License-Identifier: Apache-2.0
// Maxima over windows 2×2 with the ReLU after them, in one pass. One byte for each remembers where
// it was; LibTorch's two operators keep eight and write the larger tensor twice.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/relu.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sslhost/convolution.hpp"

namespace sslhost {

namespace {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define SSLHOST_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SSLHOST_CLONES
#endif

/// What is read and what is written do not overlap: vectors need to know.
using In = const float* __restrict;
using Out = float* __restrict;

/// Which of a window's four values is its maximum, row by row; kNone: nothing above `least` is.
using Place = uint8_t;
constexpr Place kNone = 4;

/// Two rows of an image [2w,c], the row [w,c] of their maxima, nothing below `least`, and the first
/// place of each. Written so that a NaN stays one: it has to be seen in the loss.
[[gnu::always_inline]] inline void maxima_of(const float* upper, const float* lower, int64_t w,
                                             int64_t c, float least, float* out, Place* places) {
  for (int64_t j = 0; j < w; ++j) {
    const In p = upper + 2 * j * c, q = lower + 2 * j * c;
    const Out to = out + j * c;
    Place* __restrict place = places + j * c;
    for (int64_t k = 0; k < c; ++k) {
      float v = p[k];
      int at = 0;
      const auto look = [&](float other, int where) {
        const bool larger = (other > v) | (other != other);
        v = larger ? other : v;
        at = larger ? where : at;
      };
      look(p[c + k], 1);
      look(q[k], 2);
      look(q[c + k], 3);
      to[k] = v <= least ? least : v;
      place[k] = static_cast<Place>(v > least ? at : kNone);
    }
  }
}

SSLHOST_CLONES void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c,
                               float least, float* out, Place* places) {
  // So few that only a loop of known length becomes a vector.
  if (c == 4) return maxima_of(upper, lower, w, 4, least, out, places);
  maxima_of(upper, lower, w, c, least, out, places);
}

/// Without a branch, which processors would guess wrong.
[[gnu::always_inline]] inline float kept(bool keep, float value) {
  return std::bit_cast<float>(-static_cast<int32_t>(keep) & std::bit_cast<int32_t>(value));
}

/// The gradient of each maximum goes to its place. GCC 12 makes vectors of this loop only with
/// ivdep, kept() and pointers that are not restricted; -fopt-info-vec tells.
[[gnu::always_inline]] inline void gradients_of(const Place* places, const float* gradient,
                                                int64_t w, int64_t c, float* to_upper,
                                                float* to_lower) {
  for (int64_t j = 0; j < w; ++j) {
    const float* g = gradient + j * c;
    const Place* place = places + j * c;
    float *a = to_upper + 2 * j * c, *b = a + c, *p = to_lower + 2 * j * c, *q = p + c;
#pragma GCC ivdep
    for (int64_t k = 0; k < c; ++k) {
      const int at = place[k];
      a[k] = kept(at == 0, g[k]);
      b[k] = kept(at == 1, g[k]);
      p[k] = kept(at == 2, g[k]);
      q[k] = kept(at == 3, g[k]);
    }
  }
}

SSLHOST_CLONES void row_gradients(const Place* places, const float* gradient, int64_t w, int64_t c,
                                  float* to_upper, float* to_lower) {
  if (c == 4) return gradients_of(places, gradient, w, 4, to_upper, to_lower);
  gradients_of(places, gradient, w, c, to_upper, to_lower);
}

/// Copies past the caches. An ordinary write reads the memory first, and pushes out of the caches
/// what is still needed: for what is larger than they are it takes twice as long.
void stream(const float* from, int64_t count, float* to) {
#ifdef __SSE2__
  if (reinterpret_cast<uintptr_t>(to) % 16 == 0)
    for (; count >= 4; count -= 4, from += 4, to += 4) _mm_stream_ps(to, _mm_loadu_ps(from));
#endif
  std::copy_n(from, count, to);
}

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
                     });
  }

  int64_t c, w, h, x_row, x_image, count;
};

/// Bytes of a gradient above which it is streamed.
constexpr size_t kStreamed = 8 << 20;

struct Maxima {
  Tensor values, places;  ///< [N,C,⌊H/2⌋,⌊W/2⌋]
};

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

/// The gradient of x [N,C,H,W] from that of its maxima.
Tensor spread(const Tensor& gradient, const Tensor& places, at::IntArrayRef shape) {
  auto result = at::empty(shape, gradient.options().memory_format(kLast));
  // A last row or column that is in no window.
  if (shape[2] % 2 == 1) result.select(2, shape[2] - 1).zero_();
  if (shape[3] % 2 == 1) result.select(3, shape[3] - 1).zero_();
  const auto rows_of_gradient = gradient.contiguous(kLast);
  const Rows rows(shape);
  const auto* g = rows_of_gradient.const_data_ptr<float>();
  const auto* from = places.const_data_ptr<Place>();
  float* to = result.mutable_data_ptr<float>();
  const int64_t row = 2 * rows.w * rows.c;
  if (result.nbytes() < kStreamed) {
    rows.each([&](int64_t two, int64_t one) {
      row_gradients(from + one, g + one, rows.w, rows.c, to + two, to + two + rows.x_row);
    });
    return result;
  }
  rows.each([&](int64_t two, int64_t one) {
    static thread_local std::vector<float> pair;
    pair.resize(static_cast<size_t>(2 * row));
    row_gradients(from + one, g + one, rows.w, rows.c, pair.data(), pair.data() + row);
    stream(pair.data(), row, to + two);
    stream(pair.data() + row, row, to + two + rows.x_row);
  });
  return result;
}

class Pool final : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double least) {
    auto [values, places] = maxima(x, static_cast<float>(least));
    context->save_for_backward({places});
    context->saved_data["shape"] = x.sizes().vec();
    return values;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto places = context->get_saved_variables()[0];
    const auto shape = context->saved_data["shape"].toIntVector();
    const auto& g = gradients[0];
    if (!at::GradMode::is_enabled()) return {spread(g, places, shape), Tensor()};
    // To be differentiated again: which value was taken is a constant.
    const auto taken = spread(at::ones_like(places, g.options()), places, shape);
    const auto windows = g.repeat_interleave(2, 2).repeat_interleave(2, 3);
    return {taken * at::constant_pad_nd(windows, {0, shape[3] % 2, 0, shape[2] % 2}), Tensor()};
  }
};

bool fits(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 4 &&
         x.is_contiguous(kLast) && x.size(2) > 1 && x.size(3) > 1 && x.numel() > 0;
}

}  // namespace

Tensor max_pool2x2(const Tensor& x, bool relu) {
  if (fits(x)) return Pool::apply(x, relu ? 0.0 : -std::numeric_limits<double>::infinity());
  const auto maxima = at::max_pool2d(x, {2, 2});
  return relu ? at::relu(maxima) : maxima;
}

}  // namespace sslhost
