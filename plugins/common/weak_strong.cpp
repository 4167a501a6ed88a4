// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/weak_strong.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>

#include "sslhost/nn/without_noise.hpp"
#include "sslhost/training/losses.hpp"

namespace common {

using namespace sslhost;

void WeakStrongOptions::describe(OptionList& list, WeakStrongOptions& v,
                                 const std::string& source) {
  list.add("unlabeled_ratio", v.unlabeled_ratio,
           "unlabeled samples for each labeled one of a batch; at most the unlabeled pool is taken")
      .at_least(1)
      .at_most(1 << 10)
      .source(source);
  list.add("weight", v.weight, "factor of the loss of unlabeled samples")
      .at_least(0)
      .source(source);
}

TrainingOptions weight_decay_on_weights() {
  TrainingOptions options;
  options.optimizer.decay_biases = false;
  return options;
}

Phase weak_strong_phase(const TrainingOptions& training, const WeakStrongOptions& options,
                        const Task& task) {
  const auto labeled = std::min(training.batch, task.labeled);
  const auto unlabeled = std::min(options.unlabeled_ratio * labeled, task.unlabeled);
  return {.iterations = training.iterations,
          .streams = {{.pool = Pool::labeled, .batch = labeled},
                      {.pool = Pool::unlabeled,
                       .batch = unlabeled,
                       .views = {{"weak", Augment::weak}, {"strong", Augment::strong}}}},
          .static_step = true};
}

WeakStrongLogits weak_strong_logits(Step& s, const Network& net, const Tensor& labeled) {
  const auto weak = [&] {
    const auto quiet = without_noise(*net);
    const auto statistics = s.record_statistics(*net);
    const at::NoGradGuard no_gradient;
    return net(s.unlabeled({.view = "weak"}));
  }();
  const auto of_labeled = net(labeled);
  return {of_labeled, weak, net(s.unlabeled({.view = "strong"}))};
}

Tensor weighted_cross_entropy(const Tensor& logits, const Tensor& targets, const Tensor& weights) {
  return (cross_entropy(logits, targets, Reduction::none) * weights).mean();
}

}  // namespace common
