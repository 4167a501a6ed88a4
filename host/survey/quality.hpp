// SPDX-License-Identifier: Apache-2.0
#pragma once

// How well a photo was taken, as far as its pixels tell.

#include "host/survey/gray.hpp"

namespace sslhost::host {

struct Quality {
  float brightness = 0;  ///< mean gray, 0 to 255
  float white = 0;       ///< share of the pixels at 250 or above, 0 to 1
  /// How much neighbors differ, beside how much pixels do that lie two apart: mean squares. A slope
  /// without detail has a quarter, and so has a picture out of focus; noise has 1. Contrast has no
  /// say. 0 where no two differ.
  float sharpness = 0;
};

Quality quality_of(const GrayPicture& picture);

}  // namespace sslhost::host
