// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files that appear whole or not at all: written under a temporary name in the same folder, made
// durable, then renamed. When anything fails before that, the temporary is removed and an earlier
// file of that name is untouched.

#include <filesystem>
#include <span>
#include <string_view>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Replaces or makes `path`; the parts follow each other in the file. Throws Error (storage).
void write_atomic(const std::filesystem::path& path, std::span<const Bytes> parts);
void write_atomic(const std::filesystem::path& path, Bytes bytes);
void write_atomic(const std::filesystem::path& path, std::string_view text);

/// Whether `name` is one of the temporary names that write_atomic() uses for a file called
/// `target`. A process that was killed leaves one behind.
bool is_temporary_of(std::string_view name, std::string_view target);

}  // namespace sslhost::host
