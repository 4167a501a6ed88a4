// SPDX-License-Identifier: Apache-2.0
#pragma once

// Transparency: what a viewer on a white page shows.

#include <cstdint>

namespace sslhost::images {

/// One channel, rounded to the nearest.
constexpr uint8_t on_white(uint8_t color, uint8_t alpha) {
  return static_cast<uint8_t>((color * alpha + 255 * (255 - alpha) + 127) / 255);
}

/// `from` is RGBA, `to` RGB; `to` may lie at the same place or before it.
inline void put_on_white(const uint8_t* from, int64_t pixels, uint8_t* to) {
  for (; pixels > 0; --pixels, from += 4, to += 3) {
    const uint8_t alpha = from[3];
    for (int c = 0; c < 3; ++c) to[c] = on_white(from[c], alpha);
  }
}

}  // namespace sslhost::images
