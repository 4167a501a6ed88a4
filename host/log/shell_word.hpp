// SPDX-License-Identifier: Apache-2.0
#pragma once

// Command lines that users copy.

#include <cctype>
#include <string>
#include <vector>

namespace sslhost::host {

/// A path or argument as one word.
inline std::string shell_word(const std::string& text) {
  bool plain = !text.empty();
  std::string quoted = "'";
  for (const char c : text) {
    plain = plain && (std::isalnum(static_cast<unsigned char>(c)) ||
                      std::string("_./:=+,@%-").find(c) != std::string::npos);
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return plain ? text : quoted + "'";
}

inline std::string command_line(const std::string& program,
                                const std::vector<std::string>& arguments) {
  auto text = shell_word(program);
  for (const auto& argument : arguments) text += " " + shell_word(argument);
  return text;
}

}  // namespace sslhost::host
