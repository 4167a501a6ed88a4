// SPDX-License-Identifier: Apache-2.0
// sslhost config: the values that count; with --explain where each comes from, too.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/option_sources.hpp"
#include "host/log/log.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

void print_json(const std::vector<ResolvedOption>& options) {
  nlohmann::ordered_json all;
  for (const auto& option : options)
    all[option.name] = {{"value", option.value}, {"from", option.origin}};
  const auto text = all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fprintf(results(), "%s\n", text.c_str());
}

}  // namespace

int config_command(const CommandLine& line) {
  const auto options = resolve_options(request_of(line));
  if (line.has("json")) {
    print_json(options);
    return static_cast<int>(ExitCode::done);
  }
  for (const auto& option : options) {
    auto text = option.name + " = " + option.value;
    if (line.has("explain")) text += "    (" + option.origin + ')';
    std::fputs((text + '\n').c_str(), results());
  }
  std::fflush(results());  // before the warnings, where both go to one place
  for (const auto& option : options)
    if (!option.former.empty()) log::warning(renamed_text(option.former, option.name));
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
