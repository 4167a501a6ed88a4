// SPDX-License-Identifier: Apache-2.0
#pragma once

// The SHA-256 of a file's content.

#include <filesystem>
#include <string>

namespace sslhost::host {

/// 64 lower-case hexadecimal digits. Throws Error (storage) when the file cannot be read.
std::string content_hash(const std::filesystem::path& file);

}  // namespace sslhost::host
