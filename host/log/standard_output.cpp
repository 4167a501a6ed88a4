// SPDX-License-Identifier: Apache-2.0
#include "host/log/standard_output.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

std::FILE* kept = nullptr;

}  // namespace

void keep_standard_output() {
  std::fflush(stdout);
  const int ours = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  kept = fdopen(ours, "w");
  if (kept != nullptr) dup2(STDERR_FILENO, STDOUT_FILENO);  // else theirs stands among ours
}

std::FILE* results() { return kept == nullptr ? stdout : kept; }

void require_written() {
  if (!std::cout.flush() || std::fflush(results()) != 0 || std::ferror(results()) != 0)
    throw Error(ExitCode::storage, {"standard output", "that it takes the results",
                                    std::strerror(errno), "make room, or write elsewhere"});
}

}  // namespace sslhost::host
