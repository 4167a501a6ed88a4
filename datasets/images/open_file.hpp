// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file by its descriptor, closed when it goes. What fails throws std::system_error.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include <sys/stat.h>

namespace sslhost::images {

class OpenFile {
 public:
  /// open(2) with `flags`, close-on-exec; a file that is made is the user's alone.
  OpenFile(const std::filesystem::path& path, int flags);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  int get() const { return fd_; }
  struct stat status() const;
  /// As much of `into` as the file has from there on.
  size_t read_at(int64_t offset, std::span<uint8_t> into) const;
  void write_at(int64_t offset, std::span<const uint8_t> bytes) const;
  void resize(int64_t bytes) const;
  void sync() const;

 private:
  int fd_;
};

}  // namespace sslhost::images
