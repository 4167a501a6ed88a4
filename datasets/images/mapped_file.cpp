// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/mapped_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>

#include "datasets/images/open_file.hpp"

namespace sslhost::images {

std::shared_ptr<const uint8_t> map_file(const std::filesystem::path& path, size_t bytes) {
  const OpenFile file(path, O_RDONLY);
  const size_t length = bytes > 0 ? bytes : 1;
  void* const start = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file.get(), 0);
  if (start == MAP_FAILED) throw std::system_error(errno, std::generic_category());
  return {static_cast<const uint8_t*>(start),
          [length](const uint8_t* p) { ::munmap(const_cast<uint8_t*>(p), length); }};
}

}  // namespace sslhost::images
