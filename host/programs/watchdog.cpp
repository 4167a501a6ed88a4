// SPDX-License-Identifier: Apache-2.0
#include "host/programs/watchdog.hpp"

#include <utility>

namespace sslhost::host {

std::string Watchdog::look(Clock::time_point now) {
  constexpr std::chrono::seconds kGap{3};
  const auto gap = now - std::exchange(looked_, now);
  if (gap > kGap) since_ += gap;
  const auto& page = marker_.page();
  const auto signs = page.signs.load(std::memory_order_relaxed);
  const auto call = marker_.last_call();
  if (signs != signs_ || call.empty()) {
    signs_ = signs;
    since_ = now;
    return {};
  }
  const auto taken = std::chrono::floor<std::chrono::seconds>(now - since_);
  if (taken < next_) return {};
  next_ = 2 * taken;
  return call + ": for " + std::to_string(taken.count()) + " s now";
}

bool Watchdog::is_over(Clock::time_point now) const {
  const std::chrono::seconds most{marker_.page().hang_after.load(std::memory_order_acquire)};
  return most.count() > 0 && !marker_.last_call().empty() && now - since_ >= most;
}

}  // namespace sslhost::host
