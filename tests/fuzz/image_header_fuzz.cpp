// SPDX-License-Identifier: Apache-2.0
// The headers of picture files: JPEG, PNG, WebP, GIF, BMP, and EXIF's orientation.

#include "datasets/images/decode.hpp"
#include "datasets/images/exif.hpp"
#include "datasets/images/format.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const std::span<const uint8_t> bytes(data, size);
  images::format_of(bytes);
  const int orientation = images::exif_orientation(bytes);
  fuzz::require(orientation >= 1 && orientation <= 8, "one of eight orientations");
  try {
    const auto picture = images::size_of(bytes);
    fuzz::require(picture.width > 0 && picture.height > 0 &&
                      picture.width <= images::kMostPixels / picture.height,
                  "a size that can be had");
  } catch (const images::BadImage&) {
  }
  return 0;
}
