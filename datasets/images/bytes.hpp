// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts and numbers in a file, read without a way to leave it.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sslhost::images {

using Bytes = std::span<const uint8_t>;

/// The number in `count` bytes, 4 at most; those past the end count as zeros.
inline uint32_t number_at(Bytes bytes, size_t at, size_t count, std::endian order) {
  uint32_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t place = order == std::endian::big ? at + i : at + count - 1 - i;
    number = number << 8 | (place < bytes.size() ? bytes[place] : 0u);
  }
  return number;
}

inline bool has_text(Bytes bytes, size_t at, std::string_view text) {
  return at <= bytes.size() && text.size() <= bytes.size() - at &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

}  // namespace sslhost::images
