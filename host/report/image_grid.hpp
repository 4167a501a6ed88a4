// SPDX-License-Identifier: Apache-2.0
#pragma once

// Many small images on one picture: in rows with a label each, or as a grid, with captions if
// wanted. Small images are enlarged by a whole number, so that their pixels stay what they are;
// large ones are reduced by a whole number, as means.

#include <cstdint>
#include <string>
#include <vector>

#include "host/report/raster.hpp"

namespace sslhost::host {

struct Images {
  std::int64_t count = 0, channels = 0, height = 0, width = 0;
  /// [count, channels, height, width]; three channels are red, green, blue, any other number is
  /// shown as the gray of their mean.
  std::vector<std::uint8_t> pixels;
};

struct GridRow {
  std::string label;                 ///< left of the row; may be empty
  std::vector<std::int64_t> images;  ///< positions
};

struct ImageGrid {
  Images images;
  std::vector<GridRow> rows;
  std::vector<std::string> captions;  ///< below each image, '\n' between two lines; empty: none
};

/// Positions 0 to count - 1, `columns` to a row, without labels.
std::vector<GridRow> grid_rows(std::int64_t count, std::int64_t columns);

/// One of them as it is.
Raster one_image(const Images& images, std::int64_t image);

Raster draw_image_grid(const ImageGrid& grid);

}  // namespace sslhost::host
