// SPDX-License-Identifier: Apache-2.0
#pragma once

// Turns a picture as EXIF's orientation says: cameras store what the sensor saw.

#include "datasets/images/image.hpp"

namespace sslhost::images {

/// Whether width and height change places.
constexpr bool swaps_sides(int orientation) { return orientation >= 5; }

/// `orientation` as EXIF counts, 1 to 8.
Image upright(Image stored, int orientation);

}  // namespace sslhost::images
