// SPDX-License-Identifier: Apache-2.0
// The list of broken pictures in the cache of decoded ones.

#include "datasets/images/cache_index.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  constexpr size_t kPictures = 12;
  std::istringstream in{std::string(fuzz::text_of(data, size))};
  const auto found = images::read_index(in, kPictures);
  if (!found) return 0;
  const auto text = images::index_text(kPictures, *found);
  std::istringstream again(text);
  const auto same = images::read_index(again, kPictures);
  fuzz::require(same && images::index_text(kPictures, *same) == text,
                "an index, written and read again, is the same");
  for (const auto& picture : found->bad) fuzz::require(picture.index < kPictures, "known pictures");
  return 0;
}
