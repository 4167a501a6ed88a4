// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plugin is code: whoever may write the file, or a folder above it, runs as the user.

#include <filesystem>
#include <string>

namespace sslhost::host {

/// Why the file is refused, with the command that mends it; empty when only its owner can change
/// what it is.
std::string why_unsafe(const std::filesystem::path& file);

}  // namespace sslhost::host
