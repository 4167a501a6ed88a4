// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 of an open file.

#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// 64 lower-case hexadecimal digits, of the whole content of a regular file; `path` is for errors.
/// Throws Error (storage) when it cannot be read.
std::string sha256_of(const Descriptor& file, const std::filesystem::path& path);

}  // namespace sslhost::host
