// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>

#include "host/optim/optimizers.hpp"

namespace sslhost::host {

Adam::Adam(std::string name, std::vector<Group> groups, const OptimizerOptions& options)
    : FusedOptimizer(std::move(name), std::move(groups), options) {
  first_ = zeros();
  second_ = zeros();
}

void Adam::fused(Lists& l, const Group& group, const Tensor& found_inf) {
  const auto& o = options_;
  const auto run = [&](auto&& kernel) {
    kernel(l.parameters, l.gradients, l.first, l.second, at::TensorList(), l.steps,
           group.learning_rate, o.beta1, o.beta2, group.weight_decay, o.epsilon, /*amsgrad=*/false,
           /*maximize=*/false,
           /*grad_scale=*/std::optional<Tensor>(), std::optional<Tensor>(found_inf));
  };
  if (o.kind == OptimizerOptions::Kind::adamw)
    run([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
  else
    run([](auto&&... arguments) { at::_fused_adam_(arguments...); });
}

}  // namespace sslhost::host
