// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every call into a plugin goes through here: the marker names it while it runs, should the process
// die or hang in it, and whatever it throws comes back as an Error that names plugin, call and
// iteration. An Error that says what is wrong with the user's settings or data stays as it is.

#include <cstdint>
#include <string>
#include <utility>

#include "sslhost/error.hpp"

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// Call in a catch (...) block: the exception in flight as an Error, (plugin) unless it is one that
/// has another code.
[[noreturn]] void rethrow_named(const std::string& plugin, const char* call, int64_t iteration);

/// guarded("vat", "step", i, [&] { method.step(step); }); `iteration` is counted as in the progress
/// line, from 1; below 0: not in an iteration.
template <class F>
decltype(auto) guarded(const std::string& plugin, const char* call, int64_t iteration, F&& f) {
  const auto inside = CallMarker::instance().enter(plugin.c_str(), call, iteration);
  try {
    return std::forward<F>(f)();
  } catch (...) {
    rethrow_named(plugin, call, iteration);
  }
}

}  // namespace sslhost::host
