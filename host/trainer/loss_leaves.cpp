// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/loss_leaves.hpp"

#include <unordered_set>

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/variable.h>

namespace sslhost::host {

std::vector<Tensor> leaves_of(const Tensor& loss) {
  using torch::autograd::Node;
  if (!loss.requires_grad()) return {};
  std::vector<Node*> open = {torch::autograd::impl::gradient_edge(loss).function.get()};
  std::unordered_set<Node*> seen(open.begin(), open.end());
  std::vector<Tensor> leaves;
  while (!open.empty()) {
    auto* node = open.back();
    open.pop_back();
    if (const auto* leaf = dynamic_cast<torch::autograd::AccumulateGrad*>(node))
      leaves.push_back(leaf->variable);
    for (const auto& edge : node->next_edges())
      if (edge.function && seen.insert(edge.function.get()).second)
        open.push_back(edge.function.get());
  }
  return leaves;
}

}  // namespace sslhost::host
