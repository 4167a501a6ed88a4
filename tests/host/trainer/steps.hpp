// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Step over toy data, as a fixture.

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"
#include "sslhost/training/losses.hpp"

#include "host/trainer/training_step.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {

/// A step at iteration 0 with one labeled stream and two unlabeled ones, and two networks.
class Steps : public ::testing::Test {
 protected:
  Steps() {
    registry.begin_iteration(0, 10);
    registry.training_mode(true);
    at(0);
  }
  void at(int64_t iteration) { step.begin_iteration(iteration); }
  Tensor loss_of(const Network& network) {
    return cross_entropy(network(step.labeled({}).images), step.labeled({}).labels);
  }
  static std::vector<Tensor> copies(const Network& network) {
    std::vector<Tensor> all;
    for (const auto& p : network->parameters()) all.push_back(p.detach().clone());
    return all;
  }
  static bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    for (size_t i = 0; i < a.size(); ++i)
      if (!at::equal(a[i], b[i])) return false;
    return true;
  }
  /// What the step says about a misuse.
  static std::string refusal(const std::function<void()>& misuse) {
    return failure_text(ExitCode::plugin, misuse);
  }

  RunData data = testing::toy_data();
  Registry registry{data.task, "mlp-4", 1};
  Network net = registry.backbone("net", {.dropout = 0.5}), other = registry.backbone("other", {});
  Optimizer adam = registry.optimizer("adam", {&*net}, {}),
            adam2 = registry.optimizer("adam2", {&*other}, {});
  NonFiniteGuard losses{at::kCPU};
  MeanLog log{at::kCPU};
  Phase phase{.name = "train",
              .iterations = 10,
              .streams = {{.pool = Pool::labeled, .batch = 4},
                          {.name = "real", .pool = Pool::unlabeled, .batch = 5},
                          {.name = "more", .pool = Pool::unlabeled, .batch = 5, .index = true}}};
  TrainingStep step{phase, data, registry, losses, log, 3};
};

}  // namespace sslhost::host
