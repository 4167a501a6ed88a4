// SPDX-License-Identifier: Apache-2.0
#include "host/commands/dispatch.hpp"

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/table.hpp"
#include "host/device/threads.hpp"
#include "host/log/log.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

#define FRONT(name, ...)
#define WORKER(name, ...) {#name, name##_command},
constexpr Entry kEntries[] = {
#include "host/commands/table.inc"
};
#undef FRONT
#undef WORKER

int dispatch(const CommandLine& line) {
  for (const auto& entry : kEntries)
    if (command_name(entry.name) == line.command) return entry.answer(line);
  // The program `sslhost` has answered what is its own, and refused unknown words: this one stood
  // behind a flag.
  if (find_command(line.command) == nullptr)
    throw Error(ExitCode::usage,
                {"command line", "flags with their values",
                 "'" + line.command + "', which belongs to no flag", "sslhost --help"});
  throw Error(ExitCode::usage,
              {"command line", "the command as its first word",
               "'" + line.command + "' after a flag", "sslhost " + line.command + " FLAGS"});
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  const auto line = parse(arguments);
  if (line.has("quiet")) log::set_level(log::Level::warning);
  const Threads as_openmp_gives(0);
  const int code = dispatch(line);
  require_written();
  return code;
}

}  // namespace sslhost::host
