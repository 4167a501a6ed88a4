// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/_fused_sgd.h>

#include "host/optim/optimizers.hpp"

namespace sslhost::host {

Sgd::Sgd(std::string name, std::vector<Group> groups, const OptimizerOptions& options)
    : FusedOptimizer(std::move(name), std::move(groups), options) {
  if (options.momentum > 0) first_ = zeros();  // without, the kernel wants no buffers
}

void Sgd::fused(Lists& l, const Group& group, const Tensor& found_inf) {
  const auto& o = options_;
  // From zero buffers the first step needs no flag of its own: momentum·0 + gradient is what it
  // would set. Without momentum Nesterov's step is the plain one.
  at::_fused_sgd_(l.parameters, l.gradients, l.first, group.weight_decay, o.momentum,
                  group.learning_rate,
                  /*dampening=*/0.0, o.nesterov && o.momentum > 0, /*maximize=*/false,
                  /*is_first_step=*/false, /*grad_scale=*/{}, found_inf);
}

}  // namespace sslhost::host
