// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a comparison shows while its runs go on: one redrawn line on a terminal, elsewhere a line
// now and then; all of it on stderr.

#include <chrono>

#include "host/commands/terminal_line.hpp"
#include "host/comparison/runner.hpp"

namespace sslhost::host {

class ComparisonProgress final : public RunnerObserver {
 public:
  explicit ComparisonProgress(bool quiet) : quiet_(quiet) {}

  void state(const RunnerState& state) override;
  void note(const std::string& text) override;
  void warning(const std::string& text) override;

 private:
  bool quiet_;
  TerminalLine line_;
  int64_t shown_ = -1;  ///< runs that had ended by the last line
  std::chrono::steady_clock::time_point last_ = {};
};

}  // namespace sslhost::host
