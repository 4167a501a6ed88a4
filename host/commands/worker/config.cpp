// SPDX-License-Identifier: Apache-2.0
// sslhost config: the values that count; with --explain where each comes from, too.
#include <cstdio>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/option_sources.hpp"
#include "host/log/log.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

int config_command(const CommandLine& line) {
  const auto options = resolve_options(request_of(line));
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
