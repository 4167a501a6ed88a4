// SPDX-License-Identifier: Apache-2.0
// sslhost validate-bytes FILE CHECK: one check of level 1, in a process of its own
// (host/validate/check_process.hpp).

#include <cstdio>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/validate/bytes_checks.hpp"

namespace sslhost::host {

int validate_bytes_command(const CommandLine& line) {
  if (line.operands.size() != 2)
    throw Error(ExitCode::usage, {"sslhost validate-bytes", "a plugin file and the name of a check",
                                  std::to_string(line.operands.size()) + " operands",
                                  "sslhost validate-bytes FILE CHECK"});
  const auto outcome = check_bytes(find_check(line.operands[1]), line.operands[0]);
  std::fputs(to_line(outcome).c_str(), stdout);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
