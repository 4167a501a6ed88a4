// SPDX-License-Identifier: Apache-2.0
// Our kernels as functions with gradients: in one file, since custom_function.h alone takes seconds
// to compile.
#include <array>
#include <limits>
#include <optional>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/relu.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/layers.hpp"

#include "sdk/src/kernels/dispatch.hpp"
#include "sdk/src/kernels/few_outputs.hpp"
#include "sdk/src/kernels/matmul.hpp"
#include "sdk/src/kernels/pool.hpp"
#include "sdk/src/kernels/scatter.hpp"
#include "sdk/src/kernels/winograd.hpp"

namespace sslhost {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Absent, not undefined: autograd functions cannot take an undefined tensor.
std::optional<Tensor> where_defined(const Tensor& bias) {
  return bias.defined() ? std::optional(bias) : std::nullopt;
}

class OurLinear : public torch::autograd::Function<OurLinear> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& b, int64_t lanes) {
    context->save_for_backward({x, w});
    context->saved_data["bias"] = b.has_value();
    context->saved_data["lanes"] = lanes;
    return products::forward(kernels::path_of(lanes), x, w, b.value_or(Tensor()));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = gradients[0], &x = saved[0], &w = saved[1];
    // Ours have no derivatives: a gradient that will be differentiated again takes LibTorch's.
    const bool again = at::GradMode::is_enabled();
    const auto& path = kernels::path_of(context->saved_data["lanes"].toInt());
    variable_list all(4);
    if (context->needs_input_grad(0))
      all[0] = again ? g.mm(w) : products::input_gradient(path, g, w);
    if (context->needs_input_grad(1))
      all[1] = again ? g.t().mm(x) : products::weight_gradient(path, g, x);
    if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) all[2] = g.sum(0);
    return all;
  }
};

/// A convolution with stride 1 whose passes take the quickest kernels for its shape; `lanes` of a
/// vector in minimal filtering, 0: the library.
class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& bias, int64_t padding, int64_t lanes) {
    context->save_for_backward({x, w});
    context->saved_data["padding"] = padding;
    context->saved_data["bias"] = bias.has_value();
    context->saved_data["lanes"] = lanes;
    if (!lanes) return at::conv2d(x, w, bias, 1, padding);
    const auto& path = kernels::path_of(lanes);
    const auto shift = bias.value_or(Tensor());
    return kernels::has_few_outputs(w) ? few_outputs::forward(path, x, w, shift, padding)
                                       : winograd::forward(path, x, w, shift, padding);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = gradients[0], &x = saved[0], &w = saved[1];
    const auto padding = context->saved_data["padding"].toInt();
    const bool for_x = context->needs_input_grad(0), for_w = context->needs_input_grad(1),
               for_bias = context->saved_data["bias"].toBool() && context->needs_input_grad(2);
    // A gradient that will be differentiated again takes the operator that can be.
    if (at::GradMode::is_enabled()) return by_library(g, x, w, padding, {for_x, for_w, for_bias});
    const auto lanes = context->saved_data["lanes"].toInt();
    const auto& path = kernels::path_of(lanes);
    if (lanes)
      return {for_x ? winograd::input_gradient(path, g, w, x.sizes(), padding) : Tensor(),
              for_w ? winograd::weight_gradient(path, x, g, w.size(2), padding) : Tensor(),
              for_bias ? g.permute({0, 2, 3, 1}).reshape({-1, w.size(0)}).sum(0) : Tensor(),
              Tensor(), Tensor()};
    auto all = for_w || for_bias ? by_library(g, x, w, padding, {false, for_w, for_bias})
                                 : variable_list(5);
    if (for_x) all[0] = scatter::input_gradient(g, w, x.sizes(), padding);
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

class Pool final : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, double least) {
    auto [values, places] = pool::maxima(x, static_cast<float>(least));
    context->save_for_backward({places});
    context->saved_data["shape"] = x.sizes().vec();
    return values;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto places = context->get_saved_variables()[0];
    const auto shape = context->saved_data["shape"].toIntVector();
    const auto& g = gradients[0];
    if (!at::GradMode::is_enabled()) return {pool::input_gradient(g, places, shape), Tensor()};
    // To be differentiated again: which value was taken is a constant.
    const auto taken = pool::input_gradient(at::ones_like(places, g.options()), places, shape);
    const auto windows = g.repeat_interleave(2, 2).repeat_interleave(2, 3);
    return {taken * at::constant_pad_nd(windows, {0, shape[3] % 2, 0, shape[2] % 2}), Tensor()};
  }
};

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const auto* path = kernels::linear_kernel(x, weight, bias);
  return path ? OurLinear::apply(x, weight, where_defined(bias), path->lanes)
              : at::linear(x, weight, where_defined(bias));
}

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding, int64_t groups) {
  // Ours mix all channels.
  if (groups != 1)
    return at::conv2d(x, weight, where_defined(bias), stride, padding, /*dilation=*/1, groups);
  using Kernel = kernels::ConvolutionKernel;
  const auto kernel = kernels::convolution_kernel(x, weight, bias, stride, padding);
  if (kernel == Kernel::kLibrary)
    return at::conv2d(x, weight, where_defined(bias), stride, padding);
  const auto lanes = kernel == Kernel::kWinograd ? kernels::ours().convolutions->lanes : 0;
  return Convolution::apply(x, weight, where_defined(bias), padding, lanes);
}

Tensor max_pool2x2(const Tensor& x, bool relu) {
  if (kernels::pooling_kernel(x) == kernels::PoolingKernel::kFused)
    return Pool::apply(x, relu ? 0.0 : -std::numeric_limits<double>::infinity());
  const auto maxima = at::max_pool2d(x, {2, 2});
  return relu ? at::relu(maxima) : maxima;
}

}  // namespace sslhost
