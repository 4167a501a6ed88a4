// SPDX-License-Identifier: Apache-2.0
// Maxima over windows 2×2 with the ReLU after them, in one pass. LibTorch's two operators keep
// eight bytes of index for each maximum and write the larger tensor twice.
#include <algorithm>
#include <limits>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
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

/// Two rows of an image [2w,c] and the row [w,c] of their maxima; nothing below `least`. Written so
/// that a NaN stays one: it has to be seen in the loss.
[[gnu::always_inline]] inline void maxima_of(const float* upper, const float* lower, int64_t w,
                                             int64_t c, float least, float* out) {
  for (int64_t j = 0; j < w; ++j) {
    const In p = upper + 2 * j * c, q = lower + 2 * j * c;
    const Out to = out + j * c;
    for (int64_t k = 0; k < c; ++k) {
      float v = p[k];
      v = ((p[c + k] > v) | (p[c + k] != p[c + k])) ? p[c + k] : v;
      v = ((q[k] > v) | (q[k] != q[k])) ? q[k] : v;
      v = ((q[c + k] > v) | (q[c + k] != q[c + k])) ? q[c + k] : v;
      to[k] = v <= least ? least : v;
    }
  }
}

SSLHOST_CLONES void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c,
                               float least, float* out) {
  // So few that only a loop of known length becomes a vector.
  if (c == 4) return maxima_of(upper, lower, w, 4, least, out);
  maxima_of(upper, lower, w, c, least, out);
}

/// The gradient of each maximum goes to the first of its four that equals it. Selections without
/// branches, which processors would guess wrong.
[[gnu::always_inline]] inline void gradients_of(const float* upper, const float* lower,
                                                const float* out, const float* gradient, int64_t w,
                                                int64_t c, float least, float* to_upper,
                                                float* to_lower) {
  for (int64_t j = 0; j < w; ++j) {
    const In p = upper + 2 * j * c, q = lower + 2 * j * c, maxima = out + j * c,
             g = gradient + j * c;
    const Out gp = to_upper + 2 * j * c, gq = to_lower + 2 * j * c;
    for (int64_t k = 0; k < c; ++k) {
      const float v = maxima[k], all = v > least ? g[k] : 0.0F;
      const float first = p[k] == v ? all : 0.0F, after = p[k] == v ? 0.0F : all;
      const float second = p[c + k] == v ? after : 0.0F, later = p[c + k] == v ? 0.0F : after;
      const float third = q[k] == v ? later : 0.0F, last = q[k] == v ? 0.0F : later;
      gp[k] = first;
      gp[c + k] = second;
      gq[k] = third;
      gq[c + k] = last;
    }
  }
}

SSLHOST_CLONES void row_gradients(const float* upper, const float* lower, const float* out,
                                  const float* gradient, int64_t w, int64_t c, float least,
                                  float* to_upper, float* to_lower) {
  if (c == 4) return gradients_of(upper, lower, out, gradient, w, 4, least, to_upper, to_lower);
  gradients_of(upper, lower, out, gradient, w, c, least, to_upper, to_lower);
}

/// Where rows begin: row y of the result, and the upper one of its two in x.
struct Rows {
  Rows(const Tensor& x, const Tensor& out)
      : c(x.size(1)),
        w(out.size(3)),
        h(out.size(2)),
        x_row(x.size(3) * c),
        x_image(x.size(2) * x_row),
        count(out.size(0) * h) {}
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

Tensor maxima(const Tensor& x, float least) {
  auto out = at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2},
                       x.options().memory_format(kLast));
  const Rows rows(x, out);
  const float* from = x.const_data_ptr<float>();
  float* to = out.mutable_data_ptr<float>();
  rows.each([&](int64_t two, int64_t one) {
    row_maxima(from + two, from + two + rows.x_row, rows.w, rows.c, least, to + one);
  });
  return out;
}

Tensor spread(const Tensor& gradient, const Tensor& x, const Tensor& out, float least) {
  auto result = at::empty_like(x);
  // A last row or column that is in no window.
  if (x.size(2) % 2 == 1) result.select(2, x.size(2) - 1).zero_();
  if (x.size(3) % 2 == 1) result.select(3, x.size(3) - 1).zero_();
  const auto rows_of_gradient = gradient.contiguous(kLast);
  const Rows rows(x, out);
  const float *from = x.const_data_ptr<float>(), *maxima = out.const_data_ptr<float>(),
              *g = rows_of_gradient.const_data_ptr<float>();
  float* to = result.mutable_data_ptr<float>();
  rows.each([&](int64_t two, int64_t one) {
    row_gradients(from + two, from + two + rows.x_row, maxima + one, g + one, rows.w, rows.c, least,
                  to + two, to + two + rows.x_row);
  });
  return result;
}

class Pool final : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double least) {
    auto out = maxima(x, static_cast<float>(least));
    context->save_for_backward({x, out});
    context->saved_data["least"] = least;
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &out = saved[1], &g = gradients[0];
    const auto least = static_cast<float>(context->saved_data["least"].toDouble());
    if (!at::GradMode::is_enabled()) return {spread(g, x, out, least), Tensor()};
    // To be differentiated again: which value was taken is a constant.
    const auto taken = spread(at::ones_like(out), x.detach(), out.detach(), least);
    const auto windows = g.repeat_interleave(2, 2).repeat_interleave(2, 3);
    return {taken * at::constant_pad_nd(windows, {0, x.size(3) % 2, 0, x.size(2) % 2}), Tensor()};
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
