// SPDX-License-Identifier: Apache-2.0
#pragma once

// A durable copy under a temporary name, to be renamed; removed again unless it was.

#include <filesystem>

#include <sys/stat.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class CopiedFile {
 public:
  /// Bytes, rights and time of change. Throws Error (storage), with nothing left behind.
  CopiedFile(const std::filesystem::path& file, const std::filesystem::path& folder);
  CopiedFile(const CopiedFile&) = delete;
  CopiedFile& operator=(const CopiedFile&) = delete;
  ~CopiedFile();

  const std::filesystem::path& path() const { return path_; }
  /// It was renamed.
  void keep() { kept_ = true; }
  /// Throws Error (storage) where the original was replaced or written to since it was opened: then
  /// it must not be removed.
  void require_same_original() const;

 private:
  Descriptor create_in(const std::filesystem::path& folder);
  void copy(const Descriptor& from, Descriptor& to);

  std::filesystem::path file_, path_;
  struct stat original_ = {};
  bool kept_ = false;
};

}  // namespace sslhost::host
