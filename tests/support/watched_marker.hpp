// SPDX-License-Identifier: Apache-2.0
#pragma once

// The call marker of this process, which reads the environment once, watched by this process
// itself.

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "host/loading/call_marker.hpp"

namespace sslhost::testing {

class WatchedMarker : public ::testing::Test {
 protected:
  static host::MarkerWatch& watch() {
    static auto* const made = [] {
      auto* w = new host::MarkerWatch;
      setenv(host::kMarkerVariable, std::to_string(w->descriptor()).c_str(), 1);
      return w;
    }();
    return *made;
  }
  host::MarkerWatch& watch_ = watch();
  host::CallMarker& marker_ = host::CallMarker::instance();
};

}  // namespace sslhost::testing
