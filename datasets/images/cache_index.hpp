// SPDX-License-Identifier: Apache-2.0
#pragma once

// The list beside decoded pictures in the cache: how many there were, which are broken, and the
// largest value of those with 16 bits.

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "datasets/images/prepare.hpp"

namespace sslhost::images {

/// Changes when the same file would give other pixels.
inline constexpr const char* kCacheVersion = "sslhost images 1";

std::string index_text(size_t pictures, const Outcome& outcome);

/// Nothing where the text is not what index_text() writes for that many pictures.
std::optional<Outcome> read_index(std::istream& in, size_t pictures);

}  // namespace sslhost::images
