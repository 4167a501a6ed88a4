// SPDX-License-Identifier: Apache-2.0
#include "host/commands/dispatch.hpp"

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/table.hpp"
#include "host/config/settings.hpp"
#include "host/device/threads.hpp"
#include "host/discovery/other_options.hpp"
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

/// Flags of the command are no options, to which those who resolve options compare a name.
void refuse_misspelt_flag(const CommandLine& line) {
  Settings settings;
  OptionList list;
  Settings::describe(list, settings);
  auto names = list.names();
  const auto [files, folders] = line.plugins();
  for (const auto& [name, owners] : options_of_plugins(make_search_path({files, folders})))
    names.push_back(name);
  for (const auto& [flag, values] : line.flags) names.push_back(flag);
  for (const auto& [name, value] : line.options) {
    const auto near = nearest(name, names);
    if (near.empty() || near.front() == name || !line.flags.contains(near.front())) continue;
    throw Error(ExitCode::usage, {"--" + name, "a flag or an option",
                                  "none of that name (did you mean --" + near.front() + "?)",
                                  "see `sslhost " + line.command + " --help`"});
  }
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  const auto line = parse(arguments);
  if (line.has("quiet")) log::set_level(log::Level::warning);
  const Threads as_openmp_gives(0);
  try {
    const int code = dispatch(line);
    require_written();
    return code;
  } catch (const Error& error) {
    if (error.code() == ExitCode::usage) refuse_misspelt_flag(line);
    throw;
  }
}

}  // namespace sslhost::host
