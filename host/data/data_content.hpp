// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

/// Which data a run saw.
struct DataContent {
  struct Change {
    std::int64_t iteration = 0;  ///< updates done when other data came, over all phases
    std::string from;            ///< what `hash` was until then
  };
  std::string hash;             ///< content_of() the data; empty: of a version before it
  std::vector<Change> changes;  ///< in their order; of a run that was told to go on
};

}  // namespace sslhost::host
