// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sslhost/method.hpp"

namespace sslhost::host {

/// What the method declares. Throws Error (plugin) when that is nothing, has two phases of one
/// name, or is something else when asked again.
std::vector<Phase> phases_of(const Method& method, const std::string& id, const Task& task);

}  // namespace sslhost::host
