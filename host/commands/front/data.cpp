// SPDX-License-Identifier: Apache-2.0
// sslhost data: the data sets that are known, and `get`, which fetches one.
#include <cstdio>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/data_get.hpp"

namespace sslhost::host {

int data_command(const CommandLine& line) {
  if (line.operands.empty()) {
    std::fputs(known_data_text().c_str(), stdout);
    return static_cast<int>(ExitCode::done);
  }
  if (line.operands.front() == "get") return data_get_command(line);
  throw Error(ExitCode::usage, {"sslhost data", "get NAME", "'" + line.operands.front() + "'",
                                "sslhost data --help"});
}

}  // namespace sslhost::host
