// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/gradients.hpp"

#include <torch/csrc/autograd/autograd.h>

namespace sslhost {

std::vector<Tensor> gradients(const Tensor& value, const std::vector<Tensor>& inputs,
                              GradientOptions options) {
  return torch::autograd::grad({value}, inputs, {}, options.keep_graph, options.create_graph,
                               options.allow_unused);
}

}  // namespace sslhost
