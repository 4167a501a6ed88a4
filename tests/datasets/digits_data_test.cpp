// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gtest/gtest.h>

#include "datasets/digits/embedded.hpp"
#include "tests/datasets/sha256.hpp"

namespace sslhost::digits {
namespace {

std::array<int, 10> counts(const std::vector<uint8_t>& labels) {
  std::array<int, 10> found = {};
  for (const uint8_t label : labels) ++found.at(label);
  return found;
}

TEST(DigitsData, HasThePublishedCounts) {
  const idx::Set set = read_embedded();
  EXPECT_EQ(set.classes, 10);
  EXPECT_EQ(set.train.images.count, 3823);
  EXPECT_EQ(set.test.images.count, 1797);
  EXPECT_EQ(set.train.images.height, 8);
  EXPECT_EQ(set.train.images.width, 8);
  EXPECT_EQ(counts(set.train.labels),
            (std::array{376, 389, 380, 389, 387, 376, 377, 387, 380, 382}));
  EXPECT_EQ(counts(set.test.labels),
            (std::array{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
}

// The values of data/README.md are over whole files: header and data.
TEST(DigitsData, HasThePublishedHashes) {
  const idx::Set set = read_embedded();
  EXPECT_EQ(idx::sha256(idx::idx_bytes({0x803, 3823, 8, 8}, set.train.images.pixels)),
            "4c1b3e001c617c49df662e212afe65f228fbfbe6197a817adc776ec71de11707");
  EXPECT_EQ(idx::sha256(idx::label_bytes(set.train.labels)),
            "8efd46ba523e1ce034de771c7712183a9dab51767844532c1e8d194f48bd300c");
  EXPECT_EQ(idx::sha256(idx::idx_bytes({0x803, 1797, 8, 8}, set.test.images.pixels)),
            "359cd13f0f514122884198b78a131df597421cbf5e93a76678fa96fc548f0d96");
  EXPECT_EQ(idx::sha256(idx::label_bytes(set.test.labels)),
            "ce71631c1f31ce56fa54f31d1d498fafacff59b001e6c30c4a5e29508aa277ad");
}

}  // namespace
}  // namespace sslhost::digits
