// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

#include <unistd.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Keeps stdout for our answer; what else is written to it while it lives, by a plugin's static
/// initialisers too, ends up on stderr.
class KeptStdout {
 public:
  KeptStdout() {
    std::fflush(stdout);
    ours_ = Descriptor(dup(STDOUT_FILENO));
    dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  /// Whether it was taken.
  bool write(std::string_view text) const {
    return write_all(ours_, std::as_bytes(std::span(text))) == 0;
  }

 private:
  Descriptor ours_;
};

}  // namespace sslhost::host
