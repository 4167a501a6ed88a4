// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one exception for what a user can mend: where it happened, what was expected, what was found,
// what to do next. The programs print it and end with its exit code. A broken precondition of a
// caller is TORCH_CHECK instead.

#include <stdexcept>
#include <string>

#include "sslhost/export.hpp"

namespace sslhost {

/// Exit codes of both programs; part of the public interface.
enum class ExitCode : int {
  done = 0,      ///< no error has it
  usage = 2,     ///< command line, options, recipes
  data = 3,      ///< input data
  storage = 4,   ///< reading or writing our own files
  plugin = 5,    ///< a plugin is missing, does not fit, or failed
  diverged = 6,  ///< a loss became NaN or infinite
  device = 7,    ///< the device asked for cannot be used, or its memory ran out
  busy = 8,      ///< the run folder belongs to another run
  bug = 70,      ///< our mistake
  stopped = 75,  ///< stopped early by a signal; the run can be resumed
};

/// What a user can mend. Immutable; what() is one text of all parts.
class SSLHOST_API Error : public std::runtime_error {
 public:
  /// The parts of the message, UTF-8.
  struct Parts {
    std::string where;      ///< file and offset, option, plugin: the place to look at
    std::string expected;   ///< may be empty when `found` says it all
    std::string found;      ///< what was there instead
    std::string next = {};  ///< what to do about it; may be empty
  };
  /// Ends the program with that code; never `done`.
  Error(ExitCode code, Parts parts);

  ExitCode code() const noexcept { return code_; }        ///< what the program ends with
  const Parts& parts() const noexcept { return parts_; }  ///< as they were given

 private:
  ExitCode code_;
  Parts parts_;
};

}  // namespace sslhost
