// SPDX-License-Identifier: Apache-2.0
#include "host/run/folder_lock.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

std::string holder(const Descriptor& lock) {
  std::array<char, 20> text{};
  const ssize_t n = ::pread(lock.get(), text.data(), text.size(), 0);
  const std::string pid(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  return "process " + (pid.empty() ? "(unknown)" : pid.substr(0, pid.find('\n')));
}

}  // namespace

Descriptor lock_folder(const std::filesystem::path& folder, const std::string& what) {
  const auto path = folder / kFolderLock;
  Descriptor lock = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, "to lock the " + what);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_storage(path, "to lock the " + what, errno);
    throw Error(ExitCode::busy,
                {folder.string(), "a " + what + " that nobody is writing to",
                 "it is in use by " + holder(lock), "wait for it, or name another folder"});
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  int error = ::ftruncate(lock.get(), 0) == 0 ? 0 : errno;
  if (error == 0) error = write_all(lock, std::as_bytes(std::span(pid)));
  if (error != 0) throw_storage(path, "to write the lock file", error, pid.size());
  return lock;
}

bool is_locked(const std::filesystem::path& folder) {
  const Descriptor lock(::open((folder / kFolderLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (lock.get() < 0) return false;
  return ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace sslhost::host
