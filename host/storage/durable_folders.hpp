// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sslhost::host {

/// Makes the folder and those above it that are missing, and makes their names durable: a file is
/// lost in a power failure with the folder whose name is. Returns whether this one was made. Throws
/// std::filesystem::filesystem_error.
bool make_durable_folders(const std::filesystem::path& path);

}  // namespace sslhost::host
