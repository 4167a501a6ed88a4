// SPDX-License-Identifier: Apache-2.0
#pragma once

// Notices a worker that stays in one call into a plugin.

#include <chrono>
#include <string>

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kFirst{30}, kWhenAsked{2};

  Watchdog(const MarkerWatch& marker, Clock::time_point now)
      : marker_(marker), since_(now), looked_(now) {}

  /// To be called about once a second: longer gaps, in which both programs were stopped, do not
  /// count. A sentence when the call takes long: after 30 s, and each
  /// time that it takes twice as long as when it was last said; else empty.
  std::string look(Clock::time_point now);
  /// The user waits for an end: the next sentence comes after 2 s.
  void asked() { next_ = kWhenAsked; }
  /// Behind a look: whether the call takes longer than the worker was allowed to
  /// (MarkerPage::hang_after).
  bool is_over(Clock::time_point now) const;

 private:
  const MarkerWatch& marker_;
  uint32_t signs_ = 0;
  Clock::time_point since_;   ///< the last sign of life, later by all gaps since then
  Clock::time_point looked_;  ///< the last look
  std::chrono::seconds next_ = kFirst;
};

}  // namespace sslhost::host
