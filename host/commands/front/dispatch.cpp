// SPDX-License-Identifier: Apache-2.0
#include "host/commands/dispatch.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/data_get.hpp"
#include "host/commands/table.hpp"

namespace sslhost::host {

namespace {

#define FRONT(name, ...) {#name, name##_command},
#define WORKER(name, ...)
constexpr Entry kEntries[] = {
#include "host/commands/table.inc"
};
#undef FRONT
#undef WORKER

}  // namespace

std::optional<int> answer_in_front(const std::vector<std::string>& arguments) {
  const auto line = parse(arguments);
  if (line.has("help")) return help_command(line);
  if (line.has("version")) return version_command(line);
  if (!line.named) return std::nullopt;
  if (line.command == "data") return data_in_front(line);
  for (const auto& entry : kEntries)
    if (command_name(entry.name) == line.command) return entry.answer(line);
  return std::nullopt;
}

}  // namespace sslhost::host
