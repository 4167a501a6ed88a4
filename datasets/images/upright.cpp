// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/upright.hpp"

#include <algorithm>
#include <utility>

namespace sslhost::images {

namespace {

/// The way through the stored pixels that gives the upright ones row by row.
struct Way {
  int64_t start, right, down;
};

Way way_through(int64_t width, int64_t height, int orientation) {
  const int64_t last = width * height - 1, last_row = width * (height - 1);
  switch (orientation) {
    case 2:  // mirrored
      return {width - 1, -1, width};
    case 3:  // upside down
      return {last, -1, -width};
    case 4:  // upside down, mirrored
      return {last_row, 1, -width};
    case 5:  // columns are rows
      return {0, width, 1};
    case 6:  // to be turned to the right
      return {last_row, -width, 1};
    case 7:  // columns are rows, both from the far end
      return {last, -width, -1};
    case 8:  // to be turned to the left
      return {width - 1, width, -1};
    default:
      return {0, 1, width};
  }
}

}  // namespace

Image upright(Image stored, int orientation) {
  if (orientation == 1) return stored;
  const Way way = way_through(stored.width, stored.height, orientation);
  Image image{stored.width, stored.height};
  image.most_of_16_bits = stored.most_of_16_bits;
  if (swaps_sides(orientation)) std::swap(image.width, image.height);
  image.pixels.resize(stored.pixels.size());
  auto out = image.pixels.begin();
  for (int64_t y = 0; y < image.height; ++y)
    for (int64_t x = 0; x < image.width; ++x)
      out = std::copy_n(stored.pixels.begin() + 3 * (way.start + way.right * x + way.down * y), 3,
                        out);
  return image;
}

}  // namespace sslhost::images
