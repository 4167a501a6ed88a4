// SPDX-License-Identifier: Apache-2.0
#include "host/storage/filesystem_mistake.hpp"

#include "sslhost/what_is_at.hpp"

namespace sslhost::host {

Error filesystem_mistake(const std::filesystem::filesystem_error& thrown, ExitCode code) {
  const auto path = thrown.path1().string();
  const auto cause = thrown.code().message();
  if (path.empty()) return Error(code, {"files and folders", "", cause, "check the paths"});
  return Error(code, {path, "a path that can be used", cause + " (" + what_is_at(path) + ")",
                      "check the path, and your right to read it"});
}

}  // namespace sslhost::host
