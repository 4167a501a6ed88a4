// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>

#include "host/trainer/optimizers.hpp"

namespace sslhost::host {

Adam::Adam(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options)
    : FusedOptimizer(std::move(name), std::move(parameters), options) {
  first_ = zeros();
  second_ = zeros();
}

void Adam::fused(Lists& l, const Tensor& skip) {
  const auto& o = options_;
  const auto run = [&](auto&& kernel) {
    kernel(l.parameters, l.gradients, l.first, l.second, at::TensorList(), l.steps, rate_, o.beta1,
           o.beta2, o.weight_decay, o.epsilon, /*amsgrad=*/false, /*maximize=*/false,
           /*grad_scale=*/std::optional<Tensor>(), std::optional<Tensor>(skip));
  };
  if (o.kind == OptimizerOptions::Kind::adamw)
    run([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
  else
    run([](auto&&... arguments) { at::_fused_adam_(arguments...); });
}

}  // namespace sslhost::host
