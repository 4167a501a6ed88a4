// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include <sys/types.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

inline constexpr std::string_view kTemporaryEnding = ".tmp";

/// Makes a file START<process>-<number>.tmp, and by this call alone: two threads or processes that
/// write one target do not share it. `path` becomes its path; below 0 and errno where it cannot be.
Descriptor create_temporary(const std::filesystem::path& start, mode_t mode,
                            std::filesystem::path& path);

}  // namespace sslhost::host
