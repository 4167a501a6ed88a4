// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sslhost/export.hpp"

namespace sslhost {

/// For errors about a path that cannot be read as what was expected: "nothing there", "a link to X,
/// where there is nothing", "a folder without the permission to read it", "a folder", "a file",
/// "neither a file nor a folder", or the system's words. Never throws for what lies there.
SSLHOST_API std::string what_is_at(const std::string& path);

}  // namespace sslhost
