// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/codecs.hpp"

#include <utility>

namespace sslhost::images {

void check_size(Size size) {
  const auto [width, height] = size;
  const bool empty = width <= 0 || height <= 0;
  if (!empty && width <= kMostPixels / height) return;
  throw BadImage(std::to_string(width) + " x " + std::to_string(height) +
                 (empty ? " pixels" : " pixels, more than 268 million"));
}

Image new_image(Size size, uint8_t fill) {
  check_size(size);
  Image image{size.width, size.height};
  image.pixels.assign(static_cast<size_t>(size.width * size.height * 3), fill);
  return image;
}

}  // namespace sslhost::images
