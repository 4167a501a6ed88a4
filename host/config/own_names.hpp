// SPDX-License-Identifier: Apache-2.0
#pragma once

// Host, method and dataset share one name space: a name of two would be set for the first alone.

#include <string>
#include <vector>

#include "sslhost/options.hpp"

namespace sslhost::host {

/// A sentence for each option of the list that is called as one of the host's.
std::vector<std::string> taken_names(const OptionList& list);
/// Throws Error (plugin) with all of these.
void require_own_names(const std::string& plugin, const OptionList& list);

}  // namespace sslhost::host
