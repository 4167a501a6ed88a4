// SPDX-License-Identifier: Apache-2.0
// --label-ids FILE, with and without names of samples.

#include "host/data/label_ids.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  static const std::vector<int64_t> labels(12, 1);
  static const std::vector<std::string> names = {"a", "b", "cats/1.jpg", "7", "1", "e",
                                                 "f", "g", "h",          "i", "j", "\u00fc"};
  const auto& path = file.holding(fuzz::text_of(data, size));
  for (const bool named : {false, true})
    fuzz::accepted([&] {
      host::SplitSource source = {.labels = labels, .classes = 2};
      if (named) source.names = names;
      for (const auto id : host::read_label_ids(path, source))
        fuzz::require(id >= 0 && id < source.train_size(), "samples of the training part");
    });
  return 0;
}
