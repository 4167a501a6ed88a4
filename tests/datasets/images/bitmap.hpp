// SPDX-License-Identifier: Apache-2.0
#pragma once

// Picture files for tests, written by hand: uncompressed BMP of one color.

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {

/// 24 bits a pixel, rows padded to 4 bytes.
inline std::string bitmap(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
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
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      for (const uint8_t value : {blue, green, red}) file += static_cast<char>(value);
    file.append(static_cast<size_t>(row - width * 3), '\0');
  }
  return file;
}

}  // namespace sslhost::images
