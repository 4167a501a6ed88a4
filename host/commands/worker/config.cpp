// SPDX-License-Identifier: Apache-2.0
// sslhost config: the values that count; with --explain where each comes from, too.
#include <iostream>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/option_sources.hpp"
#include "host/log/log.hpp"

namespace sslhost::host {

int config_command(const CommandLine& line) {
  const auto options = resolve_options(request_of(line));
  for (const auto& option : options) {
    std::cout << option.name << " = " << option.value;
    if (line.has("explain")) std::cout << "    (" << option.origin << ')';
    std::cout << '\n';
  }
  std::cout << std::flush;
  for (const auto& option : options)
    if (!option.former.empty()) log::warning(renamed_text(option.former, option.name));
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
