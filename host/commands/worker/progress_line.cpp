// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/progress_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "host/log/log.hpp"

namespace sslhost::host {

namespace {

std::string format(const char* pattern, auto... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return format("%ld s", whole);
  if (whole < 3600) return format("%ld min %02ld s", whole / 60, whole % 60);
  return format("%ld h %02ld min", whole / 3600, whole % 3600 / 60);
}

/// Columns that a line may take and still be redrawn: one that wraps cannot be.
size_t columns() {
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79;
}

}  // namespace

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::reading(int64_t done, int64_t all) {
  const auto now = std::chrono::steady_clock::now();
  if (done == 0 || begun_ == std::chrono::steady_clock::time_point()) begun_ = now;
  // In a file only what takes long is worth lines.
  const auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
  if (quiet_ || now - begun_ < std::chrono::milliseconds(500) || now - last_ < pause) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double left =
      done > 0 ? seconds * static_cast<double>(all - done) / static_cast<double>(done) : 0;
  std::fprintf(
      stderr,
      terminal_ ? "\r\033[Kreading %lld of %lld  %s left" : "reading %lld of %lld  %s left\n",
      static_cast<long long>(done), static_cast<long long>(all), duration(left).c_str());
  std::fflush(stderr);
  drawn_ = terminal_;
}

void ProgressLine::started(const std::filesystem::path& run) {
  clear();
  if (!quiet_) log::info("run folder " + run.string());
}

std::string ProgressLine::text(const Progress& p) const {
  const double left = p.rate > 0 ? static_cast<double>(p.iterations - p.iteration) / p.rate : 0;
  const double share =
      static_cast<double>(p.iteration) / static_cast<double>(std::max<int64_t>(1, p.iterations));
  auto line = format("%lld/%lld  %3.0f %%  %.*f it/s  %s left", static_cast<long long>(p.iteration),
                     static_cast<long long>(p.iterations), 100 * share, p.rate < 10 ? 1 : 0, p.rate,
                     duration(left).c_str());
  if (p.iterations == 0) line = p.phase;  // there is nothing to wait for
  if (test_error_ >= 0) line += format("  test error %.2f %%", 100 * test_error_);
  int shown = 0;  // the most important first: a narrow terminal cuts the rest off
  for (const auto& [name, value] : p.values)
    if (!name.starts_with("test_") && shown++ < 3) line += format("  %s %.3g", name.c_str(), value);
  return line;
}

void ProgressLine::progress(const Progress& p) {
  bool evaluated = false;
  for (const auto& [name, value] : p.values)
    if (name == "test_error") {
      test_error_ = value;
      evaluated = true;
    }
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  // A terminal is redrawn ten times a second at most; a file gets a line at each evaluation.
  if (terminal_ ? now - last_ < std::chrono::milliseconds(100) && p.iteration < p.iterations
                : !evaluated)
    return;
  last_ = now;
  auto line = text(p);
  if (terminal_ && line.size() > columns()) line.resize(columns());
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
  drawn_ = terminal_;
}

void ProgressLine::clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

void ProgressLine::note(const std::string& text) {
  clear();
  if (!quiet_) log::info(text);
}

void ProgressLine::warning(const std::string& text) {
  clear();
  log::warning(text);
}

}  // namespace sslhost::host
