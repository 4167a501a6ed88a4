// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "host/data/changes.hpp"

namespace sslhost::host {

/// Which data a run saw.
struct DataContent {
  std::string hash;             ///< content_of() the data; empty: of a version before it
  std::vector<Change> changes;  ///< in their order; of a run that was told to go on
};

}  // namespace sslhost::host
