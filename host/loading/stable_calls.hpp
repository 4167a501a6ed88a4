// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the pointers of a stable plugin's calls lead to.

#include <exception>
#include <vector>

#include "sslhost/plugin.hpp"

namespace sslhost::host {

struct DescribedStable {
  OptionList& list;
  TrainingOptions& training;
};

/// Of one method, from its build() on.
struct StableParts {
  std::vector<Network> networks;
  std::vector<Optimizer> optimizers;
};

struct BuiltStable {
  Build& build;
  const TrainingOptions& training;
  StableParts& parts;
};

struct SteppedStable {
  Step& step;
  const StableParts& parts;
};

/// What a host's function failed with while a plugin's call was running; taken by whoever made it.
std::exception_ptr take_failure_of_host();

}  // namespace sslhost::host
