// SPDX-License-Identifier: Apache-2.0
// The binary version of CIFAR-10: a batch of records, and the names of the classes.

#include "datasets/cifar10/batch.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const std::span<const uint8_t> bytes(data, size);
  const auto place = [](uint64_t offset) { return "file, byte " + std::to_string(offset); };
  fuzz::accepted([&] {
    cifar10::Part part;
    cifar10::append_batch(bytes, place, part);
    fuzz::require(part.labels.size() * cifar10::kPixels == part.pixels.size() &&
                      part.labels.size() * cifar10::kRecord == size,
                  "a label and 3,072 pixels a record");
  });
  fuzz::accepted([&] {
    const auto names = cifar10::read_names(bytes, place);
    std::string text = "\xEF\xBB\xBF";  // of two marks only the first is one
    for (const auto& name : names) text += name + "\n";
    const auto* begin = reinterpret_cast<const uint8_t*>(text.data());
    fuzz::require(cifar10::read_names({begin, text.size()}, place) == names,
                  "names, written and read again, are the same");
  });
  return 0;
}
