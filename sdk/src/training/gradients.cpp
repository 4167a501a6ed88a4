// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/gradients.hpp"

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/autograd.h>

namespace sslhost {

std::vector<Tensor> gradients(const Tensor& value, const std::vector<Tensor>& inputs,
                              GradientOptions options) {
  // Of products of fewer digits a gradient takes what they took, and casts nothing more.
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const bool keeps = options.keep_graph || options.create_graph;  // as torch.autograd.grad
  return torch::autograd::grad({value}, inputs, {}, keeps, options.create_graph,
                               options.allow_unused);
}

}  // namespace sslhost
