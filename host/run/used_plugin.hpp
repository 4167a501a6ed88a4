// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which library a run took a plugin from: its part of run.json.

#include <cstdint>
#include <string>
#include <vector>

#include "host/storage/json_field.hpp"

namespace sslhost::host {

struct UsedPlugin {
  struct Change {
    std::int64_t iteration = 0;  ///< updates done when another library came, over all phases
    std::string from;            ///< what `checksum` was until then
  };
  std::string file;
  std::string checksum;         ///< SHA-256 of its content; empty: of a version before it
  std::vector<Change> changes;  ///< in their order; of a run that was told to go on
};

nlohmann::ordered_json to_json(const UsedPlugin& plugin);
/// Throws Error naming the field.
UsedPlugin read_used_plugin(const JsonField& field);

}  // namespace sslhost::host
