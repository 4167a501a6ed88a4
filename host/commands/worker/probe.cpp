// SPDX-License-Identifier: Apache-2.0
// sslhost-worker probe FILE: the child's side of a probe (host/discovery/probe.hpp).

#include <string>

#include <nlohmann/json.hpp>

#include "host/commands/entries.hpp"
#include "host/config/own_names.hpp"
#include "host/discovery/schema.hpp"
#include "host/loading/describe.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

nlohmann::ordered_json description(const std::filesystem::path& file) {
  const auto loaded = load_plugin(inspect(file, "probe"));
  OptionList list;
  describe(loaded, list);
  require_own_names(loaded.record.id, list);
  return to_json(loaded.record, list);
}

nlohmann::ordered_json to_json(const Error::Parts& p) {
  nlohmann::ordered_json error;
  error["where"] = p.where;
  error["expected"] = p.expected;
  error["found"] = p.found;
  error["next"] = p.next;
  return {{"error", error}};
}

}  // namespace

/// Loads the plugin and prints its description on stdout, or {"error": {"where", "expected",
/// "found", "next"}}. Whatever the plugin itself prints goes to stderr.
int probe_command(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage,
                {"sslhost probe", "one plugin file",
                 std::to_string(line.operands.size()) + " operands", "sslhost probe FILE"});
  int code = 0;
  nlohmann::ordered_json answer;
  try {
    answer = description(std::filesystem::absolute(line.operands.front()));
  } catch (const Error& e) {
    answer = to_json(e.parts());
    code = static_cast<int>(e.code());
  }
  const auto text = answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::fputs(text.c_str(), results());
  return code;
}

}  // namespace sslhost::host
