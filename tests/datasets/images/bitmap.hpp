// SPDX-License-Identifier: Apache-2.0
#pragma once

// Picture files for tests, written by hand: uncompressed BMP.

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {

/// 24 bits a pixel, rows padded to 4 bytes. `pixel(x, y, c)`: of red, green and blue.
template <class Pixel>
std::string bitmap_of(int width, int height, const Pixel& pixel) {
  const int row = (width * 3 + 3) / 4 * 4;
  std::string file;
  const auto number = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file += static_cast<char>(value >> (8 * i));
  };
  file += "BM";
  for (const int value : {54 + row * height, 0, 54, 40, width, height}) number(value, 4);
  number(1, 2);
  number(24, 2);
  for (const int value : {0, row * height, 2835, 2835, 0, 0}) number(value, 4);
  for (int y = height - 1; y >= 0; --y) {
    for (int x = 0; x < width; ++x)
      for (const int c : {2, 1, 0}) file += static_cast<char>(pixel(x, y, c));
    file.append(static_cast<size_t>(row - width * 3), '\0');
  }
  return file;
}

inline std::string bitmap(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
  const uint8_t color[] = {red, green, blue};
  return bitmap_of(width, height, [&](int, int, int c) { return color[c]; });
}

}  // namespace sslhost::images
