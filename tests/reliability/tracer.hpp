// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a program and all that it starts, stopped before and after each call that changes files
// below a folder. With ptrace(2) and a filter of seccomp(2), not with a library in LD_PRELOAD: what
// the C library writes of itself, such as standard output, passes no symbol that one could replace.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/reliability/storage_call.hpp"

namespace sslhost::testing {

struct Tracing {
  /// Called with the number of the call, from 1, before it is made.
  enum class Do { nothing, kill, fail, shorten };
  struct Answer {
    Do what = Do::nothing;
    int error = 0;  ///< of Do::fail
  };
  std::function<Answer(int64_t, const StorageCall&)> before;
  /// `result` is the call's: below 0 an error number. `made`: something new has the name.
  std::function<void(int64_t, const StorageCall&, int64_t result, bool made)> after;
};

class Tracer {
 public:
  Tracer(std::filesystem::path root, Tracing tracing);
  /// Until the last process has ended; the exit code of the first, as a shell has it. Throws
  /// std::system_error where the system does not allow to trace.
  int run(const std::vector<std::string>& command);

 private:
  struct Pending {
    int64_t number = 0;
    StorageCall call;
    Tracing::Answer answer;
    bool was_there = false;
  };

  pid_t start(const std::vector<std::string>& command) const;
  void stopped(pid_t thread, int status);
  void entered(pid_t thread);
  void left(pid_t thread);

  const std::filesystem::path root_;
  const Tracing tracing_;
  std::map<pid_t, std::optional<Pending>> threads_;
  int64_t count_ = 0;
};

}  // namespace sslhost::testing
