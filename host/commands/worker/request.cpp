// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/request.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

namespace sslhost::host {

TrainRequest request_of(const CommandLine& line) {
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

TrainRequest request_with_path(const CommandLine& line) {
  auto request = request_of(line);
  const bool named =
      std::ranges::any_of(request.options, [](const auto& o) { return o.first == "data"; });
  if (line.operands.size() + (named ? 1 : 0) > 1)
    throw Error(ExitCode::usage, {"sslhost " + line.command, "one path",
                                  named ? "--data, and '" + line.operands.front() + "'"
                                        : std::to_string(line.operands.size()) + " of them",
                                  "sslhost " + line.command + " PATH"});
  if (!line.operands.empty())
    request.options.insert(request.options.begin(), {"data", line.operands.front()});
  return request;
}

}  // namespace sslhost::host
