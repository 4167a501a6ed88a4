// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every call into a plugin goes through here: the marker names it while it runs, should the process
// die in it, and whatever it throws comes back as an Error (plugin) that names plugin, call and
// iteration. An Error of the plugin's own passes unchanged; what is the user's mistake is called
// so.

#include <cstdint>
#include <string>
#include <utility>

#include "sslhost/error.hpp"

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// Call in a catch (...) block: the exception in flight as an Error (plugin), or the Error that it
/// is.
[[noreturn]] void rethrow_named(const std::string& plugin, const char* call, int64_t iteration);

/// guarded("vat", "step", i, [&] { method.step(step); }); iteration below 0: not in an iteration.
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
