// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/options.hpp"

#include "host/loading/loader.hpp"

namespace sslhost::host {

/// Binds the list to the plugin's options. Throws Error (plugin) with all that is wrong with them.
void describe(const LoadedPlugin& plugin, OptionList& list);

}  // namespace sslhost::host
