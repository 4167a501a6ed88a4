// SPDX-License-Identifier: Apache-2.0
#include "host/log/print_error.hpp"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "host/log/is_terminal.hpp"
#include "host/log/printable.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kIndent = "            ";  // width of "  expected  "

void add_line(std::string& block, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  std::string head = "  " + std::string(label);
  head.resize(kIndent.size(), ' ');
  block += head;
  for (const char c : printable_lines(text)) {
    block += c;
    if (c == '\n') block += kIndent;
  }
  block += '\n';
}

}  // namespace

bool takes_colour(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  return is_terminal(descriptor) && (no_color == nullptr || *no_color == '\0');
}

std::string format_error(const Error::Parts& parts, bool colour) {
  std::string block = colour ? "\033[1;31merror:\033[0m " : "error: ";
  block += printable_lines(parts.where) + '\n';
  add_line(block, "expected", parts.expected);
  add_line(block, "found", parts.found);
  add_line(block, "next", parts.next);
  return block;
}

int print_error(const Error& error) {
  const auto block = format_error(error.parts(), takes_colour(STDERR_FILENO));
  std::fputs(block.c_str(), stderr);
  return static_cast<int>(error.code());
}

int print_bug(std::string_view what) {
  return print_error(
      Error(ExitCode::bug, {.where = "sslhost itself: this is not your mistake",
                            .expected = "",
                            .found = std::string(what),
                            .next = "please report it, with the command line and this text"}));
}

}  // namespace sslhost::host
