// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture in memory, and what is wrong with one that cannot be had.

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace sslhost::images {

/// 8 bits a channel, red, green, blue, row by row from the top left: [height][width][3].
struct Image {
  int64_t width = 0, height = 0;
  std::vector<uint8_t> pixels = {};
  int64_t most_of_16_bits = -1;  ///< largest value of a file with 16 bits a value; -1: it has fewer
};

/// what() says in a few words why a file is no picture that can be used: "cut after 1,204 bytes".
class BadImage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file could not be read now, which says nothing of its content: the next time it may be good.
class UnreadableImage : public BadImage {
 public:
  using BadImage::BadImage;
};

}  // namespace sslhost::images
