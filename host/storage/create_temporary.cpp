// SPDX-License-Identifier: Apache-2.0
#include "host/storage/create_temporary.hpp"

#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

namespace sslhost::host {

Descriptor create_temporary(const std::filesystem::path& start, mode_t mode,
                            std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  Descriptor file;
  do {
    path = fmt::format("{}{}-{}{}", start.string(), ::getpid(), counter++, kTemporaryEnding);
    file = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  } while (file.get() < 0 && (errno == EEXIST || errno == EINTR));
  return file;
}

}  // namespace sslhost::host
