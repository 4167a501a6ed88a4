// SPDX-License-Identifier: Apache-2.0
// Whole pictures, as far as they are small: a decoder's time goes with the size that it is told.

#include "datasets/images/decode.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  constexpr int64_t kMostPixels = 1 << 14;
  const std::span<const uint8_t> bytes(data, size);
  try {
    const auto wanted = images::size_of(bytes);
    if (wanted.width * wanted.height > kMostPixels) return 0;
    const auto picture = images::decode(bytes);
    fuzz::require(picture.width == wanted.width && picture.height == wanted.height,
                  "the size that the header says");
    fuzz::require(static_cast<int64_t>(picture.pixels.size()) == 3 * wanted.width * wanted.height,
                  "three bytes a pixel");
  } catch (const images::BadImage&) {
  }
  return 0;
}
