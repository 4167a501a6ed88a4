// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which library a run took a plugin from: its part of run.json.

#include <string>
#include <vector>

#include "host/data/changes.hpp"

namespace sslhost::host {

struct UsedPlugin {
  std::string file;
  std::string checksum;         ///< SHA-256 of its content; empty: of a version before it
  std::vector<Change> changes;  ///< in their order; of a run that was told to go on
};

nlohmann::ordered_json to_json(const UsedPlugin& plugin);
/// Throws Error naming the field.
UsedPlugin read_used_plugin(const JsonField& field);

}  // namespace sslhost::host
