// SPDX-License-Identifier: Apache-2.0
#pragma once

// What has arrived of a file: PLACE.part, which one process at a time writes and which stays for
// the next one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class PartFile {
 public:
  /// Opens or makes it, and the folders above. While another process has it, `go_on` is called with
  /// its size; false stops. Nothing: the other one has brought the file, or go_on said stop.
  /// Throws Error (storage).
  static std::optional<PartFile> open(const std::filesystem::path& place,
                                      const std::function<bool(int64_t size)>& go_on);

  PartFile(PartFile&&) noexcept = default;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();  ///< one without a byte does not stay

  const std::filesystem::path& path() const { return path_; }
  int64_t size() const { return size_; }
  /// These throw Error (storage); `needed` bytes are still to come, for a full disk.
  void append(Bytes bytes, int64_t needed);
  void clear();
  std::string sha256() const;
  /// Makes it durable and gives it its name: it is whole.
  void become(const std::filesystem::path& place);

 private:
  PartFile(std::filesystem::path path, Descriptor file);

  std::filesystem::path path_;
  Descriptor file_;
  int64_t size_ = 0;
};

}  // namespace sslhost::host
