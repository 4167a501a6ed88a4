// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/open_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sslhost::images {

namespace {

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

/// transfer(done) once more, until all is done, a call gives 0, or it fails.
size_t repeat(size_t all, const auto& transfer) {
  size_t done = 0;
  while (done < all) {
    const auto some = transfer(done);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) fail();
    if (some == 0) break;
    done += static_cast<size_t>(some);
  }
  return done;
}

}  // namespace

OpenFile::OpenFile(const std::filesystem::path& path, int flags)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
  if (fd_ < 0) fail();
}
OpenFile::OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
OpenFile::~OpenFile() {
  if (fd_ >= 0) ::close(fd_);
}

struct stat OpenFile::status() const {
  struct stat status = {};
  if (::fstat(fd_, &status) != 0) fail();
  return status;
}

size_t OpenFile::read_at(int64_t offset, std::span<uint8_t> into) const {
  return repeat(into.size(), [&](size_t done) {
    return ::pread(fd_, into.data() + done, into.size() - done,
                   offset + static_cast<int64_t>(done));
  });
}

void OpenFile::write_at(int64_t offset, std::span<const uint8_t> bytes) const {
  repeat(bytes.size(), [&](size_t done) {
    return ::pwrite(fd_, bytes.data() + done, bytes.size() - done,
                    offset + static_cast<int64_t>(done));
  });
}

void OpenFile::resize(int64_t bytes) const {
  if (::ftruncate(fd_, bytes) != 0) fail();
}

void OpenFile::sync() const {
  if (::fsync(fd_) != 0) fail();
}

}  // namespace sslhost::images
