// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bytes as files, for readers that open paths. Nothing is written to a disk.

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// As long as it lives, each of `files` can be read under a path of this process.
class FilesInMemory {
 public:
  /// Throws Error (storage) where memory or descriptors run out.
  explicit FilesInMemory(const std::vector<std::span<const std::byte>>& files);
  const std::vector<std::filesystem::path>& paths() const { return paths_; }

 private:
  std::vector<Descriptor> open_;
  std::vector<std::filesystem::path> paths_;
};

}  // namespace sslhost::host
