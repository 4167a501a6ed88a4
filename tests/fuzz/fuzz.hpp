// SPDX-License-Identifier: Apache-2.0
#pragma once

// What fuzz targets share. A target takes any bytes: sslhost::Error is the right answer to bad
// ones; another exception, a crash or a sanitizer's report is a finding.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

#include "sslhost/error.hpp"

/// What libFuzzer and replay.cpp call. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace sslhost::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Calls f(). True where it returned, false where it threw an Error, which must be one for a user:
/// not that of a bug, and with something to read.
template <class F>
bool accepted(F&& f) {
  try {
    f();
    return true;
  } catch (const Error& error) {
    if (error.code() == ExitCode::bug || error.parts().where.empty())
      throw std::logic_error(std::string("no error for a user: ") + error.what());
    return false;
  }
}

/// A property that holds whatever the input was.
inline void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("broken: " + what);
}

/// A file in memory for parsers that take a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("sslhost-fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0) fail();
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  /// Its whole content from now on.
  const std::filesystem::path& holding(std::string_view bytes) {
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes.size())) != 0) fail();
    while (!bytes.empty()) {
      const auto at = written_;
      const auto n = ::pwrite(descriptor_, bytes.data(), bytes.size(), at);
      if (n <= 0) fail();
      written_ += n;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    written_ = 0;
    return path_;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  [[noreturn]] static void fail() {
    throw std::system_error(errno, std::generic_category(), "a file in memory");
  }

  int descriptor_;
  off_t written_ = 0;
  std::filesystem::path path_;
};

}  // namespace sslhost::fuzz
