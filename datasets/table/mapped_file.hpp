// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file as memory: pages come when they are read, and go when memory is short.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace sslhost::table {

struct MappedFile {
  std::shared_ptr<const uint8_t> begin;  ///< the bytes last as long as a copy of it
  size_t size = 0;
  std::span<const uint8_t> bytes() const { return {begin.get(), size}; }
};

/// Read only. Throws Error (data).
MappedFile map_file(const std::filesystem::path& path);

}  // namespace sslhost::table
