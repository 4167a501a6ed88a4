// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/convolution.hpp"

#include <array>
#include <cmath>
#include <optional>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sdk/src/kernels/winograd.hpp"

namespace sslhost {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// oneDNN's gradient for an input of few channels takes 3 to 8 times as long as its forward pass
/// (docs/explanation/performance.md); up to here a product and shifted sums are faster.
constexpr int64_t kFewChannels = 4;

/// The gradient for the input of a convolution with stride 1: each output passes w·g on to the
/// pixels that it saw.
Tensor scatter(const Tensor& g, const Tensor& w, IntArrayRef input, int64_t padding) {
  const auto out = w.size(0), c = w.size(1), kernel = w.size(2);
  const auto n = g.size(0), height = g.size(2), width = g.size(3);
  const auto outputs = g.permute({0, 2, 3, 1}).reshape({-1, out});
  const auto seen =
      w.reshape({out, -1}).t().mm(outputs.t()).view({c, kernel, kernel, n, height, width});
  auto sum = g.new_zeros({c, n, input[2] + 2 * padding, input[3] + 2 * padding});
  for (int64_t i = 0; i < kernel; ++i)
    for (int64_t j = 0; j < kernel; ++j)
      sum.narrow(2, i, height).narrow(3, j, width).add_(seen.select(1, i).select(1, j));
  return sum.narrow(2, padding, input[2]).narrow(3, padding, input[3]).transpose(0, 1).contiguous();
}

/// A convolution with stride 1 whose passes take the quickest kernels for its shape.
class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& bias, int64_t padding, bool filtered) {
    context->save_for_backward({x, w});
    context->saved_data["padding"] = padding;
    context->saved_data["bias"] = bias.has_value();
    context->saved_data["winograd"] = filtered;
    return filtered ? winograd::forward(x, w, bias.value_or(Tensor()), padding)
                    : at::conv2d(x, w, bias, 1, padding);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = gradients[0], &x = saved[0], &w = saved[1];
    const auto padding = context->saved_data["padding"].toInt();
    const bool for_x = context->needs_input_grad(0), for_w = context->needs_input_grad(1),
               for_bias = context->saved_data["bias"].toBool() && context->needs_input_grad(2);
    // A gradient that will be differentiated again takes the operator that can be.
    if (at::GradMode::is_enabled()) return by_library(g, x, w, padding, {for_x, for_w, for_bias});
    if (context->saved_data["winograd"].toBool())
      return {for_x ? winograd::input_gradient(g, w, x.sizes(), padding) : Tensor(),
              for_w ? winograd::weight_gradient(x, g, w.size(2), padding) : Tensor(),
              for_bias ? g.permute({0, 2, 3, 1}).reshape({-1, w.size(0)}).sum(0) : Tensor(),
              Tensor(), Tensor()};
    auto all = for_w || for_bias ? by_library(g, x, w, padding, {false, for_w, for_bias})
                                 : variable_list(5);
    if (for_x) all[0] = scatter(g, w, x.sizes(), padding);
    return all;
  }

 private:
  static variable_list by_library(const Tensor& g, const Tensor& x, const Tensor& w,
                                  int64_t padding, std::array<bool, 3> wanted) {
    auto [gx, gw, gbias] = at::convolution_backward(
        g, x, w, std::nullopt, {1, 1}, {padding, padding}, {1, 1}, false, {0, 0}, 1, wanted);
    return {gx, gw, gbias, Tensor(), Tensor()};
  }
};

}  // namespace

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding) {
  // Absent, not undefined: autograd functions cannot take an undefined tensor.
  const auto optional_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  if (stride == 1 && x.device().is_cpu() && x.dim() == 4 && weight.size(2) == weight.size(3)) {
    const bool filtered = winograd::fits(x, weight, bias, padding);
    if (filtered || weight.size(1) <= kFewChannels)
      return Convolution::apply(x, weight, optional_bias, padding, filtered);
  }
  return at::conv2d(x, weight, optional_bias, stride, padding);
}

Conv2d::Conv2d(int64_t in, int64_t out, ConvShape shape) : shape_(shape) {
  const double bound = 1 / std::sqrt(static_cast<double>(in * shape.kernel * shape.kernel));
  weight = register_parameter(
      "weight", at::empty({out, in, shape.kernel, shape.kernel}).uniform_(-bound, bound));
  if (shape.bias) bias = register_parameter("bias", at::empty({out}).uniform_(-bound, bound));
}

Conv2d::Conv2d(ConvShape shape, Tensor initial_weight, Tensor initial_bias) : shape_(shape) {
  weight = register_parameter("weight", std::move(initial_weight));
  if (initial_bias.defined()) bias = register_parameter("bias", std::move(initial_bias));
}

Tensor channels_last(const Tensor& images) {
  if (!images.device().is_cpu()) return images;
  if (images.size(1) > 1) return images.contiguous(at::MemoryFormat::ChannelsLast);
  // A single channel lies in memory alike in both layouts; its strides alone tell LibTorch which.
  const auto n = images.size(0), height = images.size(2), width = images.size(3);
  return images.reshape({n, height, width, 1}).permute({0, 3, 1, 2});
}

}  // namespace sslhost
