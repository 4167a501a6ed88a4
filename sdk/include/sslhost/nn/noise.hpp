// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the passes of one step share. Scopes, opened through Step and closed by their destructors:
//
//   noise(name)             passes in scopes of one name see the same dropout masks and noise;
//                           outside, every pass draws afresh;
//   record_statistics(net)  passes inside record running batch norm statistics, no others do;
//   evaluate(net)           passes inside are as at test time.
//
// Nothing can be updated, or redrawn, by forgetting something.

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "sslhost/export.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost {

namespace detail {

/// Where the noise layers of this thread get their keys from. The host sets it around every call
/// into a method.
struct SSLHOST_API NoiseContext {
  random::Key key = 0;   ///< mixed from seed, phase and iteration
  uint64_t scope = 0;    ///< of the innermost scope; 0: none
  uint64_t counter = 0;  ///< passes outside scopes
};
/// The context of this thread; null outside the host's calls.
SSLHOST_API NoiseContext*& noise_context();
/// The key of one draw of the layer named by `layer`; throws where there is no context.
SSLHOST_API random::Key draw_key(uint64_t layer);

/// Runs a function when it goes out of scope.
class SSLHOST_API ScopeEnd {
 public:
  ScopeEnd() = default;
  explicit ScopeEnd(std::function<void()> end) : end_(std::move(end)) {}
  ScopeEnd(ScopeEnd&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  ScopeEnd& operator=(ScopeEnd&&) = delete;
  ~ScopeEnd() {
    if (end_) end_();
  }

 private:
  std::function<void()> end_;
};

}  // namespace detail

using NoiseScope = detail::ScopeEnd;       ///< of Step::noise(): ends when it is destroyed
using StatisticsScope = detail::ScopeEnd;  ///< of Step::record_statistics()
using EvaluationScope = detail::ScopeEnd;  ///< of Step::evaluate()

}  // namespace sslhost
