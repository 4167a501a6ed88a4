// SPDX-License-Identifier: Apache-2.0
#include "host/commands/terminal_line.hpp"

#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "host/log/is_terminal.hpp"

namespace sslhost::host {

namespace {

/// Columns that a line may take and still be redrawn: one that wraps cannot be.
size_t columns() {
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = std::lround(seconds);
  char text[64];
  if (whole < 60)
    std::snprintf(text, sizeof text, "%ld s", whole);
  else if (whole < 3600)
    std::snprintf(text, sizeof text, "%ld min %02ld s", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld h %02ld min", whole / 3600, whole % 3600 / 60);
  return text;
}

TerminalLine::TerminalLine() : terminal_(host::is_terminal(STDERR_FILENO)) {}

void TerminalLine::show(std::string text) {
  if (terminal_ && text.size() > columns()) text.resize(columns());
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", text.c_str());
  std::fflush(stderr);
  drawn_ = terminal_;
}

void TerminalLine::clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace sslhost::host
