// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures in gray, made smaller by the mean of what falls into each cell.

#include <cstdint>
#include <vector>

namespace sslhost::host {

/// Pixels of one picture: [channels][height][width], all above 0.
struct PictureView {
  const uint8_t* pixels;
  int64_t channels, height, width;
};

struct GrayPicture {
  int64_t height, width;
  std::vector<float> values;  ///< 0 to 255, row by row
};

/// Three channels are red, green and blue; of any other number the mean counts.
GrayPicture to_gray(const PictureView& picture);

/// Cells need not be whole pixels: a pixel counts with the share of it that lies in the cell.
GrayPicture shrunk(const GrayPicture& picture, int64_t height, int64_t width);

}  // namespace sslhost::host
