// SPDX-License-Identifier: Apache-2.0
#pragma once

// A zip archive in memory, through minizip, which checks the sum of every member that is read.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/weights/weights_source.hpp"

namespace sslhost::host {

class ZipArchive {
 public:
  /// Refers to both for as long as it lives. Throws Error (storage).
  explicit ZipArchive(const WeightsSource& source);
  ~ZipArchive();

  struct Member {
    std::uint64_t entry = 0;  ///< where the archive's directory names it
    std::uint64_t index = 0;  ///< and as which
    std::uint64_t size = 0;   ///< bytes, unpacked, as the directory says
  };
  const std::map<std::string, Member>& members() const { return members_; }

  /// A member as a whole; throws Error (storage), also where it has more than `most` bytes or
  /// another number than the directory says.
  std::vector<std::byte> read(const std::string& name, std::uint64_t most) const;

 private:
  struct Library;

  void add_member(std::uint64_t index);

  const WeightsSource& source_;
  std::unique_ptr<Library> library_;
  std::map<std::string, Member> members_;
};

}  // namespace sslhost::host
