// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <algorithm>
#include <limits>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <torch/csrc/autograd/custom_function.h>

namespace autoencoder_transfer {

namespace {

using at::Tensor;
constexpr auto kLast = at::MemoryFormat::ChannelsLast;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define SSLHOST_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define SSLHOST_CLONES
#endif

/// Two rows of an image [2w,c] and the row [w,c] of their maxima; nothing below `least`. Written so
/// that a NaN stays one: it has to be seen in the loss.
SSLHOST_CLONES void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c,
                               float least, float* out) {
  for (int64_t j = 0; j < w; ++j) {
    const float *p = upper + 2 * j * c, *q = lower + 2 * j * c;
    float* to = out + j * c;
    for (int64_t k = 0; k < c; ++k) {
      float v = p[k];
      v = (p[c + k] > v) | (p[c + k] != p[c + k]) ? p[c + k] : v;
      v = (q[k] > v) | (q[k] != q[k]) ? q[k] : v;
      v = (q[c + k] > v) | (q[c + k] != q[c + k]) ? q[c + k] : v;
      to[k] = v <= least ? least : v;
    }
  }
}

/// The gradient of each maximum goes to the first of its four that equals it.
SSLHOST_CLONES void row_gradients(const float* upper, const float* lower, const float* out,
                                  const float* gradient, int64_t w, int64_t c, float least,
                                  float* to_upper, float* to_lower) {
  for (int64_t j = 0; j < w; ++j) {
    const int64_t at = 2 * j * c;
    for (int64_t k = 0; k < c; ++k) {
      const float v = out[j * c + k];
      float left = v > least ? gradient[j * c + k] : 0.0F;
      const bool a = upper[at + k] == v;
      to_upper[at + k] = a ? left : 0.0F;
      left = a ? 0.0F : left;
      const bool b = upper[at + c + k] == v;
      to_upper[at + c + k] = b ? left : 0.0F;
      left = b ? 0.0F : left;
      const bool d = lower[at + k] == v;
      to_lower[at + k] = d ? left : 0.0F;
      to_lower[at + c + k] = d ? 0.0F : left;
    }
  }
}

/// `row(y, begin of two rows of x, begin of the result's row)` for every row of the result.
template <class Row>
void for_rows(const Tensor& out, const Row& row) {
  const int64_t c = out.size(1), w = out.size(3), rows = out.size(0) * out.size(2);
  at::parallel_for(0, rows, std::max<int64_t>(1, (1 << 14) / (w * c)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t y = begin; y < end; ++y) row(4 * y * w * c, y * w * c);
                   });
}

class Pool final : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double least) {
    auto out = at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2},
                         x.options().memory_format(kLast));
    const int64_t c = out.size(1), w = out.size(3);
    const float* from = x.const_data_ptr<float>();
    float* to = out.mutable_data_ptr<float>();
    for_rows(out, [&](int64_t two, int64_t one) {
      row_maxima(from + two, from + two + 2 * w * c, w, c, static_cast<float>(least), to + one);
    });
    context->save_for_backward({x, out});
    context->saved_data["least"] = least;
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &out = saved[1];
    const auto gradient = gradients[0].contiguous(kLast);
    const auto least = static_cast<float>(context->saved_data["least"].toDouble());
    auto result = at::empty_like(x);
    const int64_t c = out.size(1), w = out.size(3);
    const float *from = x.const_data_ptr<float>(), *maxima = out.const_data_ptr<float>(),
                *g = gradient.const_data_ptr<float>();
    float* to = result.mutable_data_ptr<float>();
    for_rows(out, [&](int64_t two, int64_t one) {
      row_gradients(from + two, from + two + 2 * w * c, maxima + one, g + one, w, c, least,
                    to + two, to + two + 2 * w * c);
    });
    return {result, Tensor()};
  }
};

bool fits(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous(kLast) &&
         x.size(2) % 2 == 0 && x.size(3) % 2 == 0 && x.numel() > 0;
}

}  // namespace

Tensor pooled(const Tensor& x, bool relu) {
  if (fits(x)) return Pool::apply(x, relu ? 0.0 : -std::numeric_limits<double>::infinity());
  const auto maxima = at::max_pool2d(x, {2, 2});
  return relu ? at::relu(maxima) : maxima;
}

}  // namespace autoencoder_transfer
