// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run that was told to go on went on with: "changes" in split.json and run.json.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "host/storage/json_field.hpp"

namespace sslhost::host {

struct Change {
  std::int64_t iteration = 0;  ///< updates done when another came, over all phases
  std::string from;            ///< the hash until then
};

inline nlohmann::ordered_json to_json(const std::vector<Change>& changes) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& change : changes)
    all.push_back({{"iteration", change.iteration}, {"from", change.from}});
  return all;
}

/// None where there is no field. Throws Error naming the field.
inline std::vector<Change> read_changes(const std::optional<JsonField>& field) {
  std::vector<Change> changes;
  if (field)
    field->each([&](const JsonField& change) {
      changes.push_back({change["iteration"].integer(0), change["from"].text()});
    });
  return changes;
}

}  // namespace sslhost::host
