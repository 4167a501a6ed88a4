// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture in memory, and text on it. The only text that a PNG of ours has is class names and
// short captions, so a small font of our own serves: 5 by 7 dots, doubled.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

using Color = std::array<std::uint8_t, 3>;  ///< red, green, blue as sRGB

struct Raster {
  Raster(std::int64_t width, std::int64_t height, Color color);
  std::uint8_t* at(std::int64_t x, std::int64_t y) { return &pixels[at_byte(x, y)]; }
  const std::uint8_t* at(std::int64_t x, std::int64_t y) const { return &pixels[at_byte(x, y)]; }

  std::int64_t width, height;
  std::vector<std::uint8_t> pixels;  ///< red, green, blue; rows from the top

 private:
  std::size_t at_byte(std::int64_t x, std::int64_t y) const {
    return static_cast<std::size_t>(3 * (y * width + x));
  }
};

inline constexpr std::int64_t kTextHeight = 14;  ///< pixels of a line, without the gap to the next

std::int64_t text_width(std::string_view text);
/// Left upper corner at (x, y). ASCII letters, digits and a little punctuation; '>' is an arrow,
/// every other character a question mark.
void draw_text(Raster& raster, std::int64_t x, std::int64_t y, std::string_view text, Color color);
/// Whether it is shown as it is: all of it has letters in that font.
bool can_draw(std::string_view text);

}  // namespace sslhost::host
