// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small file system, for what happens when a disk is full. Mounting takes root; mounted()
// says whether it worked.

#include <cerrno>
#include <cstring>
#include <string>

#include <sys/mount.h>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::host::testing {

class SmallDisk {
 public:
  static constexpr std::size_t kBytes = 256 * 1024;

  explicit SmallDisk(std::size_t bytes = kBytes) {
    const auto size = "size=" + std::to_string(bytes);
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, size.c_str()) == 0) {
      mounted_ = true;
    } else {
      why_not_ = std::string("cannot mount a small file system: ") + std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& why_not() const { return why_not_; }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  sslhost::testing::TemporaryFolder folder_;
  bool mounted_ = false;
  std::string why_not_;
};

}  // namespace sslhost::host::testing
