// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plugin is code: whoever may write the file, or a folder above it, runs as the user.

#include <filesystem>
#include <string>

namespace sslhost::host {

/// Why the file is refused, with the command that mends it; empty when only its owner can change
/// what it is, or when the user trusts its content.
std::string why_unsafe(const std::filesystem::path& file);

/// Adds the file's content, by its SHA-256, to what the user trusts, wherever a file of that
/// content lies. Returns the hash. Throws Error (storage).
std::string trust_content(const std::filesystem::path& file);

}  // namespace sslhost::host
