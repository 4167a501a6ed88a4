// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/_fused_sgd.h>

#include "host/trainer/optimizers.hpp"

namespace sslhost::host {

Sgd::Sgd(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options)
    : FusedOptimizer(std::move(name), std::move(parameters), options) {
  if (options.momentum > 0) first_ = zeros();  // without, the kernel wants no buffers
}

void Sgd::fused(Lists& l, const Tensor& skip) {
  const auto& o = options_;
  // From zero buffers the first step needs no flag of its own: momentum·0 + gradient is what it
  // would set. Without momentum Nesterov's step is the plain one.
  at::_fused_sgd_(l.parameters, l.gradients, l.first, o.weight_decay, o.momentum, rate_,
                  /*dampening=*/0.0, o.nesterov && o.momentum > 0, /*maximize=*/false,
                  /*is_first_step=*/false, /*grad_scale=*/{}, skip);
}

}  // namespace sslhost::host
