// SPDX-License-Identifier: Apache-2.0
// The words of an augmentation, fitted to pictures and to points.

#include "host/data/augment/words.hpp"
#include "host/data/preparation.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const auto text = fuzz::text_of(data, size);
  fuzz::accepted([&] {
    const auto recipe = host::parse_augmentation("weak", text);
    for (const host::ImageShape& shape : {host::ImageShape{3, 32, 32}, host::ImageShape{1, 1, 2}}) {
      const auto fitted = host::fit(recipe, shape);
      fuzz::require(fitted.ops.size() == recipe.ops.size(), "as many words");
      size_t words = 0;
      for (const auto& pass : fitted.passes) words += pass.count;
      fuzz::require(words == recipe.ops.size(), "each word in one pass");
      fuzz::accepted([&] { host::require_fit(fitted); });
    }
  });
  fuzz::accepted([&] { host::numbers_of("std", std::string(text)); });
  return 0;
}
