// SPDX-License-Identifier: Apache-2.0
#include "host/run/used_plugin.hpp"

namespace sslhost::host {

nlohmann::ordered_json to_json(const UsedPlugin& plugin) {
  return {
      {"file", plugin.file}, {"checksum", plugin.checksum}, {"changes", to_json(plugin.changes)}};
}

UsedPlugin read_used_plugin(const JsonField& field) {
  return {.file = field["file"].text(),
          .checksum = field["checksum"].text(),
          .changes = read_changes(field["changes"])};
}

}  // namespace sslhost::host
