// SPDX-License-Identifier: Apache-2.0
// sslhost-worker validate-check FILE CHECK SEED FOLDER: one check of levels 2 to 5, in a process of
// its own (host/validate/check_process.hpp).

#include <cstdlib>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/log/log.hpp"
#include "host/log/standard_output.hpp"
#include "host/validate/loaded_checks.hpp"

namespace sslhost::host {

int validate_check_command(const CommandLine& line) {
  if (line.operands.size() != 4)
    throw Error(ExitCode::usage, {"sslhost validate-check",
                                  "a plugin file, the name of a check, a seed and a folder",
                                  std::to_string(line.operands.size()) + " operands",
                                  "sslhost-worker validate-check FILE CHECK SEED FOLDER"});
  log::set_level(log::Level::error);
  const auto& words = line.operands;
  const Subject subject{.file = words[0],
                        .seed = std::strtoull(words[2].c_str(), nullptr, 10),
                        .given = request_of(line),
                        .scratch = words[3]};
  const auto outcome = check_loaded(find_check(words[1]), subject);
  std::fputs(to_line(outcome).c_str(), results());
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
