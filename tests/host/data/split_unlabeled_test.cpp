// SPDX-License-Identifier: Apache-2.0
// Splits of data with an unlabeled part.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/data/split.hpp"

namespace sslhost::host {
namespace {

using Ids = std::vector<int64_t>;
using testing::ElementsAre;

/// A hundred of each of ten classes, sorted.
Ids sorted_labels() {
  Ids labels;
  for (int64_t k = 0; k < 10; ++k) labels.insert(labels.end(), 100, k);
  return labels;
}

Split draw(int64_t unlabeled_size, const SplitRequest& request) {
  const auto labels = sorted_labels();
  std::vector<std::string> warnings;
  return draw_split(
      {.labels = labels, .classes = 10, .test_size = 200, .unlabeled_size = unlabeled_size},
      request, warnings);
}

int64_t further(const Ids& ids) {
  return std::ranges::count_if(ids, [](int64_t id) { return id >= 1000; });
}

// From an independent implementation in Python; may never change.
TEST(Split, WithAnUnlabeledPartKeepsItsGoldenIdsAndHash) {
  const Split split =
      draw(500, {.labels = 23, .seed = 3, .validation = 50, .holdout = 100, .unlabeled = 300});
  EXPECT_THAT(Ids(split.unlabeled.begin(), split.unlabeled.begin() + 5),
              ElementsAre(650, 1279, 593, 899, 1001));
  EXPECT_EQ(split.hash, "953da72baf4a534fe7b138394c9d6398b91bcb052eacf265426301d71db02d0b");
}

TEST(Split, AnUnlabeledPartIsInTheUnlabeledPoolAndNowhereElse) {
  const SplitRequest request = {.labels = 50, .validation = 100, .holdout = 200, .overlap = false};
  const Split without = draw(0, request), with = draw(500, request);
  EXPECT_EQ(with.labeled, without.labeled);
  EXPECT_EQ(with.validation, without.validation);
  EXPECT_EQ(with.test, without.test);
  EXPECT_EQ(with.unlabeled.size(), without.unlabeled.size() + 500);
  EXPECT_EQ(std::set<int64_t>(with.unlabeled.begin(), with.unlabeled.end()).size(),
            with.unlabeled.size());
  EXPECT_EQ(further(with.unlabeled), 500);
  EXPECT_EQ(std::ranges::max(with.unlabeled), 1499);
  EXPECT_EQ(with.unlabeled_size, 500);
}

TEST(Split, ALimitedUnlabeledPoolIsDrawnOverBothParts) {
  const Split split = draw(1000, {.labels = 10, .unlabeled = 400});
  EXPECT_EQ(split.unlabeled.size(), 400u);
  EXPECT_NEAR(static_cast<double>(further(split.unlabeled)), 200, 60) << "six deviations";
}

TEST(Split, AllLabelsWithoutOverlapLeaveTheUnlabeledPart) {
  const Split split = draw(30, {.labels = 1000, .overlap = false});
  EXPECT_EQ(further(split.unlabeled), 30);
  EXPECT_EQ(split.unlabeled.size(), 30u);
}

TEST(Split, AnUnlabeledPartIsInTheHash) {
  const SplitRequest request = {.labels = 10, .unlabeled = 0};
  EXPECT_EQ(draw(5, request).unlabeled, draw(6, request).unlabeled);
  EXPECT_NE(draw(5, request).hash, draw(6, request).hash);
  EXPECT_NE(draw(5, request).hash, draw(0, request).hash);
}

}  // namespace
}  // namespace sslhost::host
