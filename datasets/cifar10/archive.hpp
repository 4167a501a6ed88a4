// SPDX-License-Identifier: Apache-2.0
#pragma once

// Entries of a tar archive, read in place: nothing is written to disk.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "datasets/idx/byte_reader.hpp"

namespace sslhost::cifar10 {

struct Wanted {
  std::string name;  ///< without a folder
  size_t most = 0;   ///< bytes; of a longer entry that many and one more are read
};

/// The wanted files that the archive has, at its top or in `folder`, by name. Throws Error (data)
/// for what is no tar archive, is cut short or damaged, has an entry twice, one whose path leads
/// out of the archive, or a link in a wanted file's place.
std::map<std::string, std::vector<uint8_t>> extract(idx::ByteReader& in, const std::string& folder,
                                                    std::span<const Wanted> wanted);

}  // namespace sslhost::cifar10
