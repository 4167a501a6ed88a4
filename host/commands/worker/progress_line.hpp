// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run shows while it goes on: one redrawn line on a terminal, plain lines elsewhere; all of
// it on stderr.

#include <chrono>
#include <string>

#include "sslhost/engine.hpp"

#include "host/commands/terminal_line.hpp"
#include "host/validate/process_state.hpp"

namespace sslhost::host {

class ProgressLine final : public Observer {
 public:
  explicit ProgressLine(bool quiet) : quiet_(quiet) {}

  void reading(int64_t done, int64_t all) override { preparing("reading", done, all); }
  void encoding(int64_t done, int64_t all) override { preparing("features of", done, all); }
  void predicting(int64_t done, int64_t all) { preparing("predicting", done, all); }
  /// Leaves the terminal clean for lines of other kinds.
  void clear() { line_.clear(); }
  void started(const std::filesystem::path& run) override;
  void progress(const Progress& p) override;
  void note(const std::string& text) override;
  void warning(const std::string& text) override;

 private:
  void preparing(const char* what, int64_t done, int64_t all);
  std::string text(const Progress& p) const;
  /// Throws Error (plugin) where one changed what all libraries of this process share.
  void require_same_process(const Progress& p) const;

  bool quiet_;
  const ProcessState before_ = process_state();
  TerminalLine line_;
  double test_error_ = -1;
  std::chrono::steady_clock::time_point last_ = {}, begun_ = {};
};

}  // namespace sslhost::host
