// SPDX-License-Identifier: Apache-2.0
#pragma once

// A zip archive in memory, through libzip, which checks the sum of every member that is read.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/weights/weights_source.hpp"

struct zip;

namespace sslhost::host {

class ZipArchive {
 public:
  /// Refers to both for as long as it lives. Throws Error (storage).
  explicit ZipArchive(const WeightsSource& source);

  struct Member {
    std::uint64_t index = 0;
    std::uint64_t size = 0;  ///< bytes, unpacked, as the archive's directory says
  };
  const std::map<std::string, Member>& members() const { return members_; }

  /// A member as a whole; throws Error (storage), also where it has more than `most` bytes or
  /// another number than the directory says.
  std::vector<std::byte> read(const std::string& name, std::uint64_t most) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };

  const WeightsSource& source_;
  std::unique_ptr<zip, Discard> archive_;
  std::map<std::string, Member> members_;
};

}  // namespace sslhost::host
