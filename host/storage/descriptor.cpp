// SPDX-License-Identifier: Apache-2.0
#include "host/storage/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

// Linux transfers at most 0x7ffff000 bytes in one call.
constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;

std::string error_text(int error) { return std::generic_category().message(error); }

std::string next_step(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space there, or name a folder on another disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "name a folder that you may write to";
    case ENOENT:
      return "check the path";
    default:
      return "";
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() { close(); }

int Descriptor::close() {
  const int fd = std::exchange(fd_, -1);
  // Never retried after EINTR: on Linux the descriptor is gone by then.
  return fd < 0 || ::close(fd) == 0 || errno == EINTR ? 0 : errno;
}

void throw_storage(const std::filesystem::path& path, const std::string& expected, int error,
                   std::uintmax_t needed) {
  if (error == EBADF)  // we close no file before its time
    throw Error(ExitCode::plugin,
                {path.string(), expected, "a plugin, or a library that it uses, closed the file",
                 "it must close its own descriptors alone"});
  std::string found = error_text(error);
  if (needed > 0 && (error == ENOSPC || error == EDQUOT)) {
    found += " (" + std::to_string(needed) + " bytes needed";
    std::error_code unknown;
    const auto space =
        std::filesystem::space(path.parent_path().empty() ? "." : path.parent_path(), unknown);
    if (!unknown) found += ", " + std::to_string(space.available) + " free";
    found += ")";
  }
  throw Error(ExitCode::storage, {path.string(), expected, found, next_step(error)});
}

Descriptor open_file(const std::filesystem::path& path, int flags, const std::string& expected) {
  const bool reads = (flags & O_ACCMODE) == O_RDONLY;
  int fd = -1;
  do {  // a pipe without a writer would keep us waiting
    fd = ::open(path.c_str(), flags | O_CLOEXEC | (reads ? O_NONBLOCK : 0), 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) throw_storage(path, expected, errno);
  return Descriptor(fd);
}

Descriptor open_in(const Descriptor& folder, const std::filesystem::path& path, int flags,
                   const std::string& expected) {
  const auto name = path.filename();
  int fd = -1;
  do {  // a pipe without a reader would keep us waiting
    fd = ::openat(folder.get(), name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0 && errno == ELOOP)
    throw Error(ExitCode::storage,
                {path.string(), expected, "a link", "put the file itself in its place"});
  if (fd < 0) throw_storage(path, expected, errno);
  return Descriptor(fd);
}

std::int64_t file_size(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw_storage(path, "a regular file", errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ExitCode::storage,
                {path.string(), "a regular file", "a folder, pipe or device", "check the path"});
  }
  return status.st_size;
}

int write_all(const Descriptor& file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), std::min(bytes.size(), kMaxTransfer));
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

void read_at(const Descriptor& file, const std::filesystem::path& path, std::int64_t offset,
             std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t n = ::pread(file.get(), into.data(), std::min(into.size(), kMaxTransfer), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_storage(path, "a readable file", errno);
    if (n == 0) {
      throw Error(ExitCode::storage,
                  {path.string() + ", byte " + std::to_string(offset),
                   std::to_string(into.size()) + " more bytes", "the end of the file",
                   "the file is truncated: use another copy"});
    }
    offset += n;
    into = into.subspan(static_cast<std::size_t>(n));
  }
}

int sync_folder(const std::filesystem::path& folder) {
  Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return errno;
  // EINVAL: a file system that has no such operation; nothing more can be done there.
  return ::fsync(opened.get()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace sslhost::host
