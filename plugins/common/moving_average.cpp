// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/moving_average.hpp"

#include <ATen/core/grad_mode.h>

#include "sslhost/training/ranks.hpp"

namespace common {

using sslhost::Tensor;

void update_average(Tensor& average, const Tensor& value, double decay) {
  const at::NoGradGuard no_gradient;
  average.mul_(decay).add_(sslhost::mean_over_ranks(value), 1 - decay);
}

Tensor class_fractions(const Tensor& labels, const Tensor& classes, const Tensor& weights) {
  return labels.unsqueeze(1)
      .eq(classes)
      .to(weights.scalar_type())
      .mul(weights.unsqueeze(1))
      .mean(0);
}

Tensor aligned_to_uniform(const Tensor& probabilities, const Tensor& average) {
  constexpr double kSmallest = 1e-6;  // theirs: a class that was never predicted
  const auto ratio = probabilities / average.add(kSmallest);
  return ratio / ratio.sum(1, /*keepdim=*/true);
}

}  // namespace common
