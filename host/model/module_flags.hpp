// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method may have set on its modules and no tensor holds: parts that are out of training,
// parameters that take no gradient. By name, for checkpoints.

#include <string>
#include <vector>

namespace sslhost::host {

struct ModuleFlags {
  std::vector<std::string> evaluating;  ///< modules with is_training() false
  std::vector<std::string> fixed;       ///< parameters with requires_grad() false
};

}  // namespace sslhost::host
