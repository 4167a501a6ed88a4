// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plugin of the stable tier as one like the others: what it says through C functions becomes a
// Method.

#include <memory>

#include "sslhost/plugin.hpp"
#include "sslhost/stable/interface.hpp"

namespace sslhost::host {

/// What the host offers to such a plugin.
const stable::HostCalls& stable_host_calls();

std::unique_ptr<MethodPlugin> stable_plugin(const stable::PluginCalls& calls);

}  // namespace sslhost::host
