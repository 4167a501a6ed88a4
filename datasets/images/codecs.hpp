// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each format offers to decode(), and what they share. All throw BadImage.

#include <cstdint>
#include <string>

#include "datasets/images/bytes.hpp"
#include "datasets/images/decode.hpp"
#include "datasets/images/image.hpp"

namespace sslhost::images {

struct Header {
  Size stored;          ///< before it is turned upright
  int orientation = 1;  ///< as EXIF counts, 1 to 8
};

// As stored: decode() turns it upright.
Header jpeg_header(Bytes file);
Image jpeg_image(Bytes file);
Header png_header(Bytes file);
Image png_image(Bytes file);
Header webp_header(Bytes file);
Image webp_image(Bytes file);
Header gif_header(Bytes file);
Image gif_image(Bytes file);
Header bmp_header(Bytes file);
Image bmp_image(Bytes file);

/// Throws BadImage for a size without pixels or with more than kMostPixels.
void check_size(Size size);

/// `fill` in all channels, after check_size().
Image new_image(Size size, uint8_t fill = 0);

}  // namespace sslhost::images
