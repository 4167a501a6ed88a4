// SPDX-License-Identifier: Apache-2.0
// IDX, plain or gzip: MNIST's images, or the labels where the bytes begin so.

#include "datasets/idx/idx.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const std::span<const uint8_t> bytes(data, size);
  fuzz::accepted([&] {
    auto in = idx::ByteReader::memory("images", bytes);
    const auto images = idx::read_images(in);
    fuzz::require(
        static_cast<int64_t>(images.pixels.size()) == images.count * images.height * images.width,
        "as many pixels as the header says");
  });
  // How many labels there are to be stands in the labels' own header here.
  const int64_t count =
      size < 8 ? 1 : int64_t{data[4]} << 24 | data[5] << 16 | data[6] << 8 | data[7];
  for (const int64_t wanted : {count, int64_t{3}})
    fuzz::accepted([&] {
      auto in = idx::ByteReader::memory("labels", bytes);
      const auto labels = idx::read_labels(in, wanted, 10);
      fuzz::require(static_cast<int64_t>(labels.size()) == wanted, "a label for each image");
      for (const auto label : labels) fuzz::require(label < 10, "labels below the classes");
    });
  return 0;
}
