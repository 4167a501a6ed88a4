// SPDX-License-Identifier: Apache-2.0
#include "host/inference/files_in_memory.hpp"

#include <cerrno>
#include <cstring>

#include <sys/mman.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

FilesInMemory::FilesInMemory(const std::vector<std::span<const std::byte>>& files) {
  for (const auto& bytes : files) {
    Descriptor file(memfd_create("sslhost", MFD_CLOEXEC));
    const int error = file.get() < 0 ? errno : write_all(file, bytes);
    if (error != 0)
      throw Error(ExitCode::storage, {"files to predict", "memory for them", std::strerror(error),
                                      "predict fewer at once"});
    paths_.push_back("/proc/self/fd/" + std::to_string(file.get()));
    open_.push_back(std::move(file));
  }
}

}  // namespace sslhost::host
