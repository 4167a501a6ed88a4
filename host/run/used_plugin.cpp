// SPDX-License-Identifier: Apache-2.0
#include "host/run/used_plugin.hpp"

namespace sslhost::host {

nlohmann::ordered_json to_json(const UsedPlugin& plugin) {
  auto changes = nlohmann::ordered_json::array();
  for (const auto& change : plugin.changes)
    changes.push_back({{"iteration", change.iteration}, {"from", change.from}});
  return {{"file", plugin.file}, {"checksum", plugin.checksum}, {"changes", changes}};
}

UsedPlugin read_used_plugin(const JsonField& field) {
  UsedPlugin plugin = {
      .file = field["file"].text(), .checksum = field["checksum"].text(), .changes = {}};
  field["changes"].each([&](const JsonField& change) {
    plugin.changes.push_back({change["iteration"].integer(0), change["from"].text()});
  });
  return plugin;
}

}  // namespace sslhost::host
