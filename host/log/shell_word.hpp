// SPDX-License-Identifier: Apache-2.0
#pragma once

// A path as one word of a command line that users copy.

#include <cctype>
#include <string>

namespace sslhost::host {

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

}  // namespace sslhost::host
