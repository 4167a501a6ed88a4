// SPDX-License-Identifier: Apache-2.0
#include "conv2d.hpp"

#include <optional>
#include <tuple>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <torch/csrc/autograd/custom_function.h>

namespace sslhost::networks {

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

class FewChannels : public torch::autograd::Function<FewChannels> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& bias, int64_t padding) {
    context->save_for_backward({x, w});
    context->saved_data["padding"] = padding;
    context->saved_data["bias"] = bias.has_value();
    return at::conv2d(x, w, bias, 1, padding);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto padding = context->saved_data["padding"].toInt();
    const bool for_x = context->needs_input_grad(0), for_w = context->needs_input_grad(1),
               for_bias = context->saved_data["bias"].toBool() && context->needs_input_grad(2);
    // A gradient that will be differentiated again takes the operator that can be.
    const bool again = at::GradMode::is_enabled();
    Tensor gx, gw, gbias;
    if (for_w || for_bias || (for_x && again))
      std::tie(gx, gw, gbias) =
          at::convolution_backward(gradients[0], x, w, std::nullopt, {1, 1}, {padding, padding},
                                   {1, 1}, false, {0, 0}, 1, {for_x && again, for_w, for_bias});
    if (for_x && !again) gx = scatter(gradients[0], w, x.sizes(), padding);
    return {gx, gw, gbias, Tensor()};
  }
};

}  // namespace

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding) {
  // Absent, not undefined: autograd functions cannot take an undefined tensor.
  const auto optional_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  if (x.device().is_cpu() && weight.size(1) <= kFewChannels && stride == 1)
    return FewChannels::apply(x, weight, optional_bias, padding);
  return at::conv2d(x, weight, optional_bias, stride, padding);
}

Tensor channels_last(const Tensor& images) {
  if (!images.device().is_cpu()) return images;
  if (images.size(1) > 1) return images.contiguous(at::MemoryFormat::ChannelsLast);
  // A single channel lies in memory alike in both layouts; its strides alone tell LibTorch which.
  const auto n = images.size(0), height = images.size(2), width = images.size(3);
  return images.reshape({n, height, width, 1}).permute({0, 3, 1, 2});
}

}  // namespace sslhost::networks
