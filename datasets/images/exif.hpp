// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one thing of EXIF that pixels need.

#include "datasets/images/bytes.hpp"

namespace sslhost::images {

/// 1 to 8, from an EXIF block with or without "Exif\0\0" before it; 1, which changes nothing, for
/// one that says nothing or is garbage.
int exif_orientation(Bytes exif);

}  // namespace sslhost::images
