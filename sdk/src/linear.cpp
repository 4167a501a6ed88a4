// SPDX-License-Identifier: Apache-2.0
// LibTorch's BLAS (oneMKL) runs at AVX2 width on AMD processors; its oneDNN operator uses AVX-512
// there. This file picks one.
#include <ATen/ops/linear.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include <cpuid.h>

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sslhost/nn.hpp"

namespace sslhost {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Below this many multiply-adds the operator's set-up outweighs its gain (measured:
/// docs/explanation/performance.md).
constexpr int64_t kWorthwhile = 3 << 24;

bool amd_with_avx512() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  char vendor[13] = {};
  if (!__get_cpuid(0, &a, &b, &c, &d)) return false;
  std::memcpy(vendor, &b, 4);
  std::memcpy(vendor + 4, &d, 4);
  std::memcpy(vendor + 8, &c, 4);
  return std::string_view(vendor) == "AuthenticAMD" && __builtin_cpu_supports("avx512f");
}

/// By processor, not by timing: a timing could differ between a run and its resumption, and so
/// could the bits.
bool use_onednn() {
  static const bool chosen = [] {
    if (const char* wanted = std::getenv("SSLHOST_LINEAR"))
      return std::string_view(wanted) == "onednn";
    return amd_with_avx512();
  }();
  return chosen;
}

/// x wᵀ + b through oneDNN, no gradient.
Tensor product(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b) {
  using Signature =
      Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&, std::string_view,
             c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                             .typed<Signature>();
  return op.call(x, w, b, "none", c10::List<std::optional<at::Scalar>>(), "");
}

class OneDnnLinear : public torch::autograd::Function<OneDnnLinear> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& w,
                        const std::optional<Tensor>& b) {
    context->save_for_backward({x, w});
    context->saved_data["bias"] = b.has_value();
    return product(x, w, b);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto g = gradients[0].contiguous();
    const bool with_bias = context->saved_data["bias"].toBool();
    // The operator has no derivative of its own: a gradient that will be differentiated again takes
    // the plain products.
    const bool again = at::GradMode::is_enabled();
    const auto times = [&](const Tensor& a, const Tensor& bt) {
      return again ? a.mm(bt.t()) : product(a, bt, std::nullopt);
    };
    return {context->needs_input_grad(0) ? times(g, w.t()) : Tensor(),
            context->needs_input_grad(1) ? times(g.t(), x.t()) : Tensor(),
            with_bias && context->needs_input_grad(2) ? g.sum(0) : Tensor()};
  }
};

}  // namespace

const char* linear_path() { return use_onednn() ? "onednn" : "blas"; }

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const bool fits = use_onednn() && x.device().is_cpu() && x.scalar_type() == at::kFloat &&
                    x.dim() == 2 && x.size(0) * weight.numel() >= kWorthwhile;
  // Absent, not undefined: autograd functions cannot take an undefined tensor.
  const auto optional_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  return fits ? OneDnnLinear::apply(x, weight, optional_bias)
              : at::linear(x, weight, optional_bias);
}

}  // namespace sslhost
