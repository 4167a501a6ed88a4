// SPDX-License-Identifier: Apache-2.0
#pragma once

// The EMA teachers of a method: modules that follow others.

#include <functional>
#include <vector>

#include "sslhost/build.hpp"

#include "host/model/moving_average.hpp"
#include "host/optim/fused_optimizer.hpp"

namespace sslhost::host {

class Teachers {
 public:
  /// The teacher becomes a copy of the student, and takes no gradient. Throws Error (plugin) for
  /// modules that are not alike.
  void add(Module& teacher, Module& student, const EmaOptions& options);
  /// Before an iteration of a phase: decays that depend on it.
  void begin_iteration(int64_t iteration, int64_t iterations);
  /// Teachers of modules that this optimizer changed move towards them, unless `found_inf` is 1.
  void after_update(const FusedOptimizer& changed, const Tensor& found_inf);
  /// Counts of updates, for checkpoints.
  NamedTensors tensors() const;

 private:
  struct Teacher {
    MovingAverage average;
    std::function<double(double)> schedule;
  };
  std::vector<Teacher> all_;
};

}  // namespace sslhost::host
