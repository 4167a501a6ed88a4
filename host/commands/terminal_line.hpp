// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one line on stderr that tells how far something is. Without LibTorch.

#include <string>

namespace sslhost::host {

/// "48 s", "3 min 05 s", "2 h 10 min".
std::string duration_text(double seconds);

class TerminalLine {
 public:
  TerminalLine();
  ~TerminalLine() { clear(); }
  TerminalLine(const TerminalLine&) = delete;
  TerminalLine& operator=(const TerminalLine&) = delete;

  bool is_terminal() const { return terminal_; }
  /// Redraws it on a terminal, as far as it fits; elsewhere one more line.
  void show(std::string text);
  /// Leaves the terminal clean for what comes next.
  void clear();

 private:
  bool terminal_, drawn_ = false;
};

}  // namespace sslhost::host
