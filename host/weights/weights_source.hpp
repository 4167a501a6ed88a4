// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes of a file from elsewhere, and what is said where they are not what they should be.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

struct WeightsSource {
  Bytes bytes;
  std::string name;       ///< in messages
  std::string file = {};  ///< in commands to copy; empty: FILE, since the bytes are no file's

  /// What may be made of the file in memory. Compressed members and tensors over one another can
  /// ask for any size.
  std::uint64_t most_unpacked() const { return 4 * std::uint64_t{bytes.size()} + (1 << 20); }

  /// Damaged, or of another format. Throws Error (storage).
  [[noreturn]] void fail(const std::string& place, const std::string& expected,
                         const std::string& found) const;
  /// Intact, but not read here: Python converts it. Throws Error (storage).
  [[noreturn]] void refuse(const std::string& place, const std::string& expected,
                           const std::string& found) const;
  /// Throws Error (storage) with a way out of its own.
  [[noreturn]] void stop(const std::string& place, const std::string& expected,
                         const std::string& found, const std::string& next) const;
};

/// Throws Error (storage).
std::vector<std::byte> read_file(const std::filesystem::path& path, const std::string& expected);

/// Text from a file that is not trusted, for a message: short, and nothing a terminal acts on.
std::string shown(std::string_view text);

}  // namespace sslhost::host
