// SPDX-License-Identifier: Apache-2.0
// LibTorch's BLAS (oneMKL) runs at AVX2 width on AMD processors. This file takes our own products
// there, where AVX-512 is at hand.
#include <ATen/ops/linear.h>

#include <cstdlib>
#include <string_view>

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sslhost/nn/layers.hpp"

#include "bias.hpp"
#include "processor.hpp"
#include "matmul.hpp"

namespace sslhost {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// By processor, not by timing: a timing could differ between a run and its resumption, and so
/// could the bits.
bool use_ours() {
  static const bool chosen = [] {
    if (!has_avx512()) return false;
    if (const char* wanted = std::getenv("SSLHOST_LINEAR"))
      return std::string_view(wanted) == "avx512";
    return is_amd();
  }();
  return chosen;
}

class OurLinear : public torch::autograd::Function<OurLinear> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& b) {
    context->save_for_backward({x, w});
    context->saved_data["bias"] = b.has_value();
    return products::forward(x, w, b.value_or(Tensor()));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = gradients[0], &x = saved[0], &w = saved[1];
    // Ours have no derivatives: a gradient that will be differentiated again takes LibTorch's.
    const bool again = at::GradMode::is_enabled();
    variable_list all(3);
    if (context->needs_input_grad(0)) all[0] = again ? g.mm(w) : products::input_gradient(g, w);
    if (context->needs_input_grad(1))
      all[1] = again ? g.t().mm(x) : products::weight_gradient(g, x);
    if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) all[2] = g.sum(0);
    return all;
  }
};

}  // namespace

const char* linear_path() { return use_ours() ? "avx512" : "blas"; }

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const bool fits = use_ours() && x.device().is_cpu() && x.scalar_type() == at::kFloat &&
                    weight.scalar_type() == at::kFloat && x.dim() == 2 && x.numel() > 0 &&
                    weight.dim() == 2 && weight.numel() > 0 && x.size(1) == weight.size(1) &&
                    fits_outputs(bias, weight);
  // Absent, not undefined: autograd functions cannot take an undefined tensor.
  const auto optional_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  return fits ? OurLinear::apply(x, weight, optional_bias) : at::linear(x, weight, optional_bias);
}

}  // namespace sslhost
