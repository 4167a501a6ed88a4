// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

/// What goes with a model: keys and texts; lists and objects are JSON.
using ModelNotes = std::vector<std::pair<std::string, std::string>>;

}  // namespace sslhost::host
