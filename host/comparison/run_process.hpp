// SPDX-License-Identifier: Apache-2.0
#pragma once

// One run as a child process. It has a process group of its own: a Ctrl-C reaches it once, through
// us. Where we are killed, the kernel asks it to stop, with a checkpoint.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class RunProcess {
 public:
  enum class Output { dropped, kept };

  /// `threads` > 0: of OpenMP, unless the environment says. Throws Error (bug) where it cannot
  /// start. To be called by a thread that outlives it.
  RunProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
             int threads, Output output = Output::dropped);

  pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Whether it has ended; then code() is its exit code, 128 + n for a signal n.
  bool has_ended();
  int code() const { return code_; }
  /// What it wrote to standard error, the end of it.
  std::string errors() const;
  /// And to standard output, all of it, where that is kept.
  std::string output() const;

 private:
  Descriptor errors_, output_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int code_ = 0;
};

}  // namespace sslhost::host
