// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/comparison_progress.hpp"

#include "host/log/log.hpp"

namespace sslhost::host {

void ComparisonProgress::state(const RunnerState& state) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const auto ended = state.done + state.failed;
  constexpr auto kPause = std::chrono::seconds(10);  // in a file
  if (!line_.is_terminal() && (ended == shown_ || now - last_ < kPause)) return;
  shown_ = ended;
  last_ = now;
  auto text = std::to_string(state.done) + " of " + std::to_string(state.runs) + " runs, " +
              std::to_string(state.running) + " at work";
  if (state.failed > 0) text += ", " + std::to_string(state.failed) + " failed";
  text += state.seconds_left ? "  about " + duration_text(*state.seconds_left) + " left"
                             : "  time unknown until the first run of each arm is done";
  line_.show(text);
}

void ComparisonProgress::note(const std::string& text) {
  line_.clear();
  if (!quiet_) log::info(text);
}

void ComparisonProgress::warning(const std::string& text) {
  line_.clear();
  log::warning(text);
}

}  // namespace sslhost::host
