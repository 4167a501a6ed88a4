// SPDX-License-Identifier: Apache-2.0
// sslhost: the program that users start. Links no LibTorch, answers what needs none, and has the
// worker do the rest.
#include <cstdio>
#include <string>
#include <vector>

#include "host/commands/front_flags.hpp"
#include "host/commands/help.hpp"
#include "host/commands/plugins.hpp"
#include "host/commands/statistics.hpp"
#include "host/discovery/compatibility.hpp"
#include "host/discovery/discovery.hpp"
#include "host/discovery/probe.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/print_error.hpp"
#include "host/log/standard_output.hpp"
#include "host/programs/standard_streams.hpp"
#include "host/programs/supervise.hpp"

namespace {

using namespace sslhost::host;
using sslhost::PluginKind;
using Arguments = std::vector<std::string>;

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return static_cast<int>(sslhost::ExitCode::done);
}

int print_version() {
  const auto host = host_platform();
  const auto dotted = [](int a, int b) { return std::to_string(a) + "." + std::to_string(b); };
  return print("sslhost " SSLHOST_VERSION " (SDK " + dotted(host.sdk_major, host.sdk_minor) +
               ", LibTorch " + dotted(host.torch_major, host.torch_minor) + "." +
               std::to_string(host.torch_patch) + ")\n");
}

std::string options_of(PluginKind kind, const std::string& id, const SearchPath& search) {
  const auto found = find_plugin(kind, id, search);
  return plugin_help(probe(found.file, search.worker).description);
}

int print_help(const std::string& command, const FrontFlags& flags) {
  if (flags.method.empty() && flags.dataset.empty())
    return print(command.empty() ? program_help() : command_help(command));
  const auto search = make_search_path(flags.plugins);
  std::string text;
  if (!flags.method.empty()) text += options_of(PluginKind::method, flags.method, search);
  if (!flags.method.empty() && !flags.dataset.empty()) text += "\n";
  if (!flags.dataset.empty()) text += options_of(PluginKind::dataset, flags.dataset, search);
  if (!flags.method.empty()) text += "\n" + host_options_help();
  return print(text + "\nThe flags of the program: sslhost --help\n");
}

int answer(const Arguments& arguments) {
  // A command is the first word; without one it is train.
  const bool named = !arguments.empty() && !arguments[0].empty() && arguments[0][0] != '-';
  const std::string command = named ? arguments[0] : "";
  const Arguments rest(arguments.begin() + (named ? 1 : 0), arguments.end());
  if (command == "statistics") return statistics_command(rest);  // for scripts: not in the help
  if (named) check_command(command);
  const auto flags = parse_front_flags(rest, OtherFlags::leave);

  if (command == "version" || (flags.version && !named)) return print_version();
  if (command == "help") return print_help(flags.words.empty() ? "" : flags.words[0], flags);
  if (flags.help) return print_help(command, flags);
  if (command == "plugins") return list_plugins(rest);
  return run_worker(program_folder() / "sslhost-worker", arguments);
}

/// The worker sees to its own results.
int run(const Arguments& arguments) {
  const int code = answer(arguments);
  require_written();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  try {
    return run({argv + 1, argv + argc});
  } catch (const sslhost::Error& e) {
    return print_error(e);
  } catch (const std::exception& e) {
    return print_bug(e.what());
  }
}
