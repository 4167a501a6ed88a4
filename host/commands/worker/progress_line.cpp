// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/progress_line.hpp"

#include <algorithm>
#include <cstdio>

#include "sslhost/error.hpp"

#include "host/loading/call_marker.hpp"
#include "host/loading/plugins_fault.hpp"
#include "host/log/log.hpp"

namespace sslhost::host {

namespace {

std::string format(const char* pattern, auto... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

}  // namespace

void ProgressLine::preparing(const char* what, int64_t done, int64_t all) {
  CallMarker::instance().sign_of_life();
  const auto now = std::chrono::steady_clock::now();
  if (done == 0 || begun_ == std::chrono::steady_clock::time_point()) begun_ = now;
  // In a file only what takes long is worth lines.
  const auto pause =
      line_.is_terminal() ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
  if (quiet_ || now - begun_ < std::chrono::milliseconds(500) || now - last_ < pause) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double left =
      done > 0 ? seconds * static_cast<double>(all - done) / static_cast<double>(done) : 0;
  line_.show(format("%s %lld of %lld  %s left", what, static_cast<long long>(done),
                    static_cast<long long>(all), duration_text(left).c_str()));
}

void ProgressLine::started(const std::filesystem::path& run) {
  line_.clear();
  if (!quiet_) log::info("run folder " + run.string());
}

std::string ProgressLine::text(const Progress& p) const {
  const double left = p.rate > 0 ? static_cast<double>(p.iterations - p.iteration) / p.rate : 0;
  const double share =
      static_cast<double>(p.iteration) / static_cast<double>(std::max<int64_t>(1, p.iterations));
  auto line = format("%lld/%lld  %3.0f %%  %.*f it/s  %s left", static_cast<long long>(p.iteration),
                     static_cast<long long>(p.iterations), 100 * share, p.rate < 10 ? 1 : 0, p.rate,
                     duration_text(left).c_str());
  if (p.iterations == 0) line = p.phase;  // there is nothing to wait for
  if (test_error_ >= 0) line += format("  test error %.2f %%", 100 * test_error_);
  int shown = 0;  // the most important first: a narrow terminal cuts the rest off
  for (const auto& [name, value] : p.values)
    if (!name.starts_with("test_") && shown++ < 3) line += format("  %s %.3g", name.c_str(), value);
  return line;
}

void ProgressLine::require_same_process(const Progress& p) const {
  if (const auto what = changed_by_training(before_))
    throw Error(
        ExitCode::plugin,
        {"phase '" + p.phase + "', up to iteration " + std::to_string(p.iteration),
         "the process as it was, which sslhost and all libraries share", *what, kPluginsFault});
}

void ProgressLine::progress(const Progress& p) {
  bool evaluated = false;
  for (const auto& [name, value] : p.values)
    if (name == "test_error") {
      test_error_ = value;
      evaluated = true;
    }
  if (evaluated) require_same_process(p);  // each line would be too often
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  // A terminal is redrawn ten times a second at most; a file gets a line at each evaluation.
  if (line_.is_terminal()
          ? now - last_ < std::chrono::milliseconds(100) && p.iteration < p.iterations
          : !evaluated)
    return;
  last_ = now;
  line_.show(text(p));
}

void ProgressLine::note(const std::string& text) {
  line_.clear();
  if (!quiet_) log::info(text);
}

void ProgressLine::warning(const std::string& text) {
  line_.clear();
  log::warning(text);
}

}  // namespace sslhost::host
