// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture file in memory, decoded: JPEG, PNG, WebP, GIF and BMP, told apart by content. Whatever
// the bytes are, the answer is a picture or BadImage.

#include <cstdint>
#include <span>

#include "datasets/images/image.hpp"

namespace sslhost::images {

struct Size {
  int64_t width = 0, height = 0;
};

/// Above, a picture is refused before memory is taken for it: at 3 to 8 bytes a pixel (a PNG with
/// 16 bits and opacity), 0.8 to 2.1 GB.
constexpr int64_t kMostPixels = int64_t{1} << 28;

/// What decode() would give, from the header alone. Throws BadImage.
Size size_of(std::span<const uint8_t> file);

/// Throws BadImage for a file that begins so and is none that decode() reads.
void require_picture(std::span<const uint8_t> beginning);

/// Upright as EXIF says, transparency on white, 16 bits by their high byte, of an animation its
/// first frame; colors as stored, without color profiles and gamma. Throws BadImage, for a file
/// that is cut too.
Image decode(std::span<const uint8_t> file);

}  // namespace sslhost::images
