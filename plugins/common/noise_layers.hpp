// SPDX-License-Identifier: Apache-2.0
#pragma once

// Passes without noise: what a network is asked for labels with, beside passes that learn from
// them.

#include <vector>

#include "sslhost/nn/layers.hpp"

namespace common {

/// Whether two training passes of the network over the same images differ.
bool draws(sslhost::Module& network);

/// As long as it lives, passes of the network draw nothing, neither dropout nor noise. All else is
/// as in training: batch norm goes by the batch, and records it where Step::record_statistics()
/// says so. (Step::evaluate() would take running statistics, which lag behind the weights.)
class WithoutNoise {
 public:
  explicit WithoutNoise(sslhost::Module& network);
  ~WithoutNoise();
  WithoutNoise(const WithoutNoise&) = delete;
  WithoutNoise& operator=(const WithoutNoise&) = delete;

 private:
  std::vector<sslhost::NoiseLayer*> layers_;  ///< that drew before
};

}  // namespace common
