// SPDX-License-Identifier: Apache-2.0
#include "host/survey/next_command.hpp"

#include "host/log/shell_word.hpp"

namespace sslhost::host {

std::string next_command(const std::vector<std::pair<std::string, std::string>>& options,
                         std::string_view method, std::string_view model) {
  std::string command = "sslhost";
  if (!method.empty()) command += " --plugin " + std::string(method);
  for (const auto& [name, value] : options) command += " --" + name + " " + shell_word(value);
  return model.empty() ? command : command + " --model " + std::string(model);
}

}  // namespace sslhost::host
