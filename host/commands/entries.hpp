// SPDX-License-Identifier: Apache-2.0
#pragma once

// The entry of each command: int NAME_command(const CommandLine&), which returns the exit code or
// throws Error.

#include <string_view>

#include "host/commands/command_line.hpp"

namespace sslhost::host {

#define FRONT(name, ...) int name##_command(const CommandLine& line);
#define WORKER(name, ...) int name##_command(const CommandLine& line);
#include "host/commands/table.inc"
#undef FRONT
#undef WORKER

struct Entry {
  std::string_view name;
  int (*answer)(const CommandLine& line);
};

}  // namespace sslhost::host
