// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "sslhost/method.hpp"

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// A destructor is a call into a plugin like the others, should the process die in it.
struct DestroyMarked {
  std::string plugin = {};
  void operator()(Method* method) const {
    const auto inside = CallMarker::instance().enter(plugin.c_str(), "its destructor", -1);
    delete method;
  }
};
using MethodOwner = std::unique_ptr<Method, DestroyMarked>;

}  // namespace sslhost::host
