// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/ranks.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace sslhost {

namespace detail {

namespace {

/// y = Σ over the ranks of x. Each rank's loss depends on every y, so the gradient is the sum over
/// the ranks too.
struct SumOverRanks : torch::autograd::Function<SumOverRanks> {
  static Tensor forward(torch::autograd::AutogradContext*, const Tensor& own) {
    auto sum = own.clone(at::MemoryFormat::Contiguous);
    ranks()->sum(sum);
    return sum;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 const torch::autograd::variable_list& gradients) {
    return {apply(gradients[0])};
  }
};

}  // namespace

Ranks::~Ranks() = default;

Ranks*& ranks() {
  static Ranks* all = nullptr;
  return all;
}

Tensor sum_over_ranks(const Tensor& own) { return ranks() ? SumOverRanks::apply(own) : own; }

}  // namespace detail

int rank_count() { return detail::ranks() ? detail::ranks()->size() : 1; }

Tensor mean_over_ranks(const Tensor& own) {
  return detail::ranks() ? detail::sum_over_ranks(own) / rank_count() : own;
}

}  // namespace sslhost
