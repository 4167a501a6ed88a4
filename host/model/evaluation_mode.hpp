// SPDX-License-Identifier: Apache-2.0
#pragma once

// Modules as at test time: out of training, so that they use running statistics and draw nothing.

#include <utility>
#include <vector>

#include "sslhost/nn/module.hpp"
#include "sslhost/nn/noise.hpp"

#include "host/model/registry.hpp"

namespace sslhost::host {

/// One module and all below it, until the scope ends. Each part's own flag comes back then, so that
/// what a method froze stays frozen.
EvaluationScope evaluation_scope(Module& module);

/// What predict() and everything else that looks at a whole model finds: every module in
/// evaluation mode, averaged weights in place, no gradients. Lasts as long as it lives.
class EvaluationMode {
 public:
  explicit EvaluationMode(Registry& registry);
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  Registry& registry_;
  std::vector<EvaluationScope> scopes_;
  bool gradients_;
};

}  // namespace sslhost::host
