// SPDX-License-Identifier: Apache-2.0
#pragma once

// What predict() and everything else that looks at a model finds: modules out of training, averaged
// weights in place, statistics open for use, no gradients.

#include <utility>
#include <vector>

#include "host/trainer/assembly.hpp"

namespace sslhost::host {

/// Lasts as long as it lives. Each module's own flag comes back afterwards, so that what a method
/// froze stays frozen, and so do the weights that are trained.
class EvaluationMode {
 public:
  explicit EvaluationMode(Assembly& assembly);
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  Assembly& assembly_;
  std::vector<std::pair<torch::nn::Module*, bool>> flags_;
  bool gradients_;
};

}  // namespace sslhost::host
