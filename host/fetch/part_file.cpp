// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/part_file.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr auto kAskAgain = std::chrono::milliseconds(100);

void check(const fs::path& path, int error, const std::string& expected) {
  if (error != 0) throw_storage(path, expected, error);
}

/// Whether another process has it. A file system without locks lets two write at once: the hash
/// then tells.
bool is_taken(const Descriptor& file) {
  while (flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    if (errno != EINTR) return errno == EWOULDBLOCK;
  return false;
}

/// Whether the path still leads to it: whoever had it before us may have renamed or removed it.
bool is_at(const Descriptor& file, const fs::path& path) {
  struct stat ours{}, there{};
  return fstat(file.get(), &ours) == 0 && lstat(path.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

void make_folder(const fs::path& folder) {
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  if (failed) throw_storage(folder, "to make the folder", failed.value());
}

}  // namespace

PartFile::PartFile(fs::path path, Descriptor file)
    : path_(std::move(path)), file_(std::move(file)), size_(file_size(file_, path_)) {}

PartFile::~PartFile() {
  if (file_.get() >= 0 && size_ == 0) ::unlink(path_.c_str());
}

std::optional<PartFile> PartFile::open(const fs::path& place,
                                       const std::function<bool(int64_t size)>& go_on) {
  make_folder(place.parent_path());
  const fs::path path = place.string() + ".part";
  for (int tries = 0;; ++tries) {
    auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, "to write the file");
    while (is_taken(file)) {
      if (!go_on(file_size(file, path))) return std::nullopt;
      std::this_thread::sleep_for(kAskAgain);
    }
    // After ten times this is a file system without lasting inode numbers.
    const bool ours = tries == 10 || is_at(file, path);
    std::error_code ignored;
    if (fs::exists(place, ignored)) {
      if (ours && file_size(file, path) == 0) ::unlink(path.c_str());  // made by us just now
      return std::nullopt;
    }
    if (ours) return PartFile(path, std::move(file));
  }
}

void PartFile::append(Bytes bytes, int64_t needed) {
  if (::lseek(file_.get(), size_, SEEK_SET) < 0) throw_storage(path_, "to write the file", errno);
  if (const int error = write_all(file_, bytes); error != 0)
    throw_storage(path_, "to write the file", error, static_cast<std::uintmax_t>(needed));
  size_ += static_cast<int64_t>(bytes.size());
}

void PartFile::clear() {
  check(path_, ::ftruncate(file_.get(), 0) == 0 ? 0 : errno, "to begin the file again");
  size_ = 0;
}

std::string PartFile::sha256() const { return sha256_of(file_, path_); }

void PartFile::become(const fs::path& place) {
  check(path_, ::fsync(file_.get()) == 0 ? 0 : errno, "to write the file");
  check(place, std::rename(path_.c_str(), place.c_str()) == 0 ? 0 : errno, "to name the file");
  check(place, sync_folder(place.parent_path()), "to name the file");
  check(place, file_.close(), "to write the file");  // another one may have PLACE.part from now on
}

}  // namespace sslhost::host
