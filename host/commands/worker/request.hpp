// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/engine.hpp"

#include "host/commands/command_line.hpp"

namespace sslhost::host {

/// What a command line asks of the engine.
inline TrainRequest request_of(const CommandLine& line) {
  auto [files, folders] = line.plugins();
  return {.options = line.options,
          .recipe = line.value("recipe"),
          .plugin_folders = std::move(folders),
          .plugin_files = std::move(files),
          .alone = line.alone,
          .by_set = line.by_set,
          .data_changed = line.flags.contains("data-changed") && line.has("data-changed"),
          .plugin_changed = line.flags.contains("plugin-changed") && line.has("plugin-changed")};
}

}  // namespace sslhost::host
