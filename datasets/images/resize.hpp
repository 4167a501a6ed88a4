// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures brought to one size. The filter is the triangle that is stretched with the reduction, so
// that every pixel of the original counts ("antialiased bilinear"), in the fixed point of Pillow:
// its Image.resize(..., BILINEAR, box) gives the same bytes, and networks that were trained behind
// it meet what they know.

#include "datasets/images/image.hpp"

namespace sslhost::images {

/// How another aspect ratio becomes a square.
enum class Fit {
  crop,     ///< the largest centered square
  pad,      ///< all of it, centered on black
  stretch,  ///< each axis by itself
};

/// A part of a picture in its pixels' coordinates, [left, right) × [top, bottom).
struct Box {
  double left, top, right, bottom;
};

/// That part at another size.
Image resized(const Image& image, int64_t width, int64_t height, const Box& part);

/// [3][side][side]: a plane of red, one of green, one of blue, as networks take them.
std::vector<uint8_t> to_planes(const Image& image, int64_t side, Fit fit);

/// One plane of those three: their luma (ITU-R BT.601), rounded as Pillow's convert("L") does.
std::vector<uint8_t> gray_of(const std::vector<uint8_t>& planes);

}  // namespace sslhost::images
