// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace sslhost::host {

/// Whether a stream (1: stdout, 2: stderr) is a terminal that knows escape codes.
inline bool is_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  const std::string_view name = kind == nullptr ? "" : kind;
  return isatty(descriptor) == 1 && !name.empty() && name != "dumb";
}

}  // namespace sslhost::host
