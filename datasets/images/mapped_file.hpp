// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file as memory: pages come when they are read, and go when memory is short.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace sslhost::images {

/// Read only; lasts as long as a copy of the pointer. Throws std::system_error; an empty file is
/// one byte long here, so that there is something to point to.
std::shared_ptr<const uint8_t> map_file(const std::filesystem::path& path, size_t bytes);

}  // namespace sslhost::images
