// SPDX-License-Identifier: Apache-2.0
#pragma once

// A registry with one network, as a fixture.

#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/model/registry.hpp"

namespace sslhost::host {

inline const Task kTask = {.classes = 3,
                           .channels = 1,
                           .height = 2,
                           .width = 3,
                           .labeled = 6,
                           .unlabeled = 10,
                           .data_rms = 1};

/// Every test has one network on one task; what follows it is made where it is needed.
class Registries : public ::testing::Test {
 protected:
  /// One update with gradients of one, as Step::update does it.
  void update(Optimizer handle, int64_t iteration = 0) {
    auto& optimizer = registry.at(handle);
    std::vector<Tensor> ones;
    for (const auto& p : optimizer.parameters()) ones.push_back(at::ones_like(p));
    registry.begin_iteration(iteration, 10);
    optimizer.update(ones, at::zeros({}));
    registry.after_update(optimizer, at::zeros({}));
  }
  static std::vector<Tensor> copies(const Network& network) {
    std::vector<Tensor> all;
    for (const auto& p : network->parameters()) all.push_back(p.detach().clone());
    return all;
  }
  Registry registry{kTask, "mlp-4", 7};
  Network net = registry.backbone("net", {});
};

}  // namespace sslhost::host
