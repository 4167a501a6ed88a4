// SPDX-License-Identifier: Apache-2.0
#include "host/storage/copied_file.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/storage/create_temporary.hpp"
#include "host/storage/each_piece.hpp"

namespace sslhost::host {

CopiedFile::CopiedFile(const std::filesystem::path& file, const std::filesystem::path& folder)
    : file_(file) {
  const auto from = open_file(file_, O_RDONLY | O_NOFOLLOW, "to copy the file");
  auto to = create_in(folder);
  try {
    copy(from, to);
  } catch (...) {
    ::unlink(path_.c_str());
    throw;
  }
}

CopiedFile::~CopiedFile() {
  if (!kept_) ::unlink(path_.c_str());
}

/// The name is short, whatever the file's own is, and hidden: what a killed process leaves behind
/// counts as no picture.
Descriptor CopiedFile::create_in(const std::filesystem::path& folder) {
  auto file = create_temporary(folder / ".sslhost-", 0600, path_);
  if (file.get() < 0) throw_storage(path_, "a copy of " + file_.string(), errno);
  return file;
}

void CopiedFile::copy(const Descriptor& from, Descriptor& to) {
  if (::fstat(from.get(), &original_) != 0) throw_storage(file_, "to copy the file", errno);
  const auto size = file_size(from, file_);
  const auto check = [&](int error) {
    if (error != 0)
      throw_storage(path_, "a copy of " + file_.string(), error, static_cast<uintmax_t>(size));
  };
  each_piece(from, file_, [&](std::int64_t, Bytes piece) {
    check(write_all(to, piece));
    return true;
  });
  const timespec times[] = {original_.st_atim, original_.st_mtim};
  ::futimens(to.get(), times);  // where the file system has no such times, it has none
  ::fchmod(to.get(), original_.st_mode & 0777);
  check(::fsync(to.get()) == 0 ? 0 : errno);
  check(to.close());
}

void CopiedFile::require_same_original() const {
  struct stat now = {};
  const bool same = ::lstat(file_.c_str(), &now) == 0 && now.st_dev == original_.st_dev &&
                    now.st_ino == original_.st_ino && now.st_size == original_.st_size &&
                    now.st_mtim.tv_sec == original_.st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == original_.st_mtim.tv_nsec;
  if (!same)
    throw Error(ExitCode::storage, {file_.string(), "a file that stays as it is while it is moved",
                                    "one that was changed: it stays beside its copy",
                                    "move it when no other program writes to it"});
}

}  // namespace sslhost::host
