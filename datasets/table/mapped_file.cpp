// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/mapped_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::table {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* found) {
  throw Error(ExitCode::data, {path.string(), "a file that can be read", found,
                               "check the path, and your right to read it"});
}

struct Closer {
  int file;
  ~Closer() { ::close(file); }
};

}  // namespace

MappedFile map_file(const std::filesystem::path& path) {
  // Not to wait for the other end of a pipe.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) fail(path, std::strerror(errno));
  const Closer closer{file};
  struct stat status = {};
  if (::fstat(file, &status) != 0) fail(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail(path, "no regular file");
  const auto size = static_cast<size_t>(status.st_size);
  if (size == 0) fail(path, "an empty file");
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (start == MAP_FAILED) fail(path, std::strerror(errno));
  return {{static_cast<const uint8_t*>(start),
           [size](const uint8_t* p) { ::munmap(const_cast<uint8_t*>(p), size); }},
          size};
}

}  // namespace sslhost::table
