// SPDX-License-Identifier: Apache-2.0
#pragma once

// POSIX files with errors that a user can act on. Streams of the standard library cannot fsync,
// lock or say why they failed, so whatever must be durable goes through here.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

namespace sslhost::host {

using Bytes = std::span<const std::byte>;

/// Owns an open file.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int get() const { return fd_; }
  /// Some file systems report a failed write only now. Returns 0 or the error number.
  int close();

 private:
  int fd_ = -1;
};

/// Throws Error (storage) about `path`; a full disk is reported with the bytes needed and free.
[[noreturn]] void throw_storage(const std::filesystem::path& path, const std::string& expected,
                                int error, std::uintmax_t needed = 0);

/// open(2), close-on-exec; throws Error (storage).
Descriptor open_file(const std::filesystem::path& path, int flags, const std::string& expected);
/// The entry of an opened folder that is called as `path` is, never what a link leads to; throws
/// Error (storage).
Descriptor open_in(const Descriptor& folder, const std::filesystem::path& path, int flags,
                   const std::string& expected);
/// Size of a regular file; throws Error (storage) for anything else.
std::int64_t file_size(const Descriptor& file, const std::filesystem::path& path);
/// Everything, at the current position. Returns 0 or the error number.
[[nodiscard]] int write_all(const Descriptor& file, Bytes bytes);
/// Exactly this range; throws Error (storage), also when the file ends early.
void read_at(const Descriptor& file, const std::filesystem::path& path, std::int64_t offset,
             std::span<std::byte> into);
/// Makes a folder's entries durable. Returns 0 or the error number.
[[nodiscard]] int sync_folder(const std::filesystem::path& folder);

}  // namespace sslhost::host
