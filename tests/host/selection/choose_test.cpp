// SPDX-License-Identifier: Apache-2.0
#include "host/selection/choose.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/selection/blobs.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Rows = std::vector<int64_t>;

Rows medoids(const Matrix& samples, const Rows& labeled, int64_t count, uint64_t key = 0) {
  return choose_medoids(samples, labeled, count, key, in_one_share);
}

std::set<int64_t> blobs_in(const Rows& rows, int64_t blobs) {
  std::set<int64_t> found;
  for (const auto row : rows) found.insert(row % blobs);
  return found;
}

TEST(Medoids, AreTheSamplesNearestToTheMeans) {
  // The mean of the first three is 2, that of the others 22.5.
  const auto samples = matrix_of({{0}, {2.1F}, {3.9F}, {20}, {22}, {23}, {25}});
  EXPECT_THAT(medoids(samples, {}, 2), ElementsAre(4, 1)) << "the larger cluster first, of two "
                                                             "equally near ones the first";
}

TEST(Medoids, OneOfEachBlob) {
  for (uint64_t key = 0; key < 5; ++key) {
    const auto chosen = medoids(blobs_of(400, 8, 10), {}, 8, key);
    EXPECT_THAT(chosen, SizeIs(8));
    EXPECT_THAT(blobs_in(chosen, 8), SizeIs(8));
  }
}

TEST(Medoids, ClustersWithoutALabelComeFirst) {
  const auto samples = blobs_of(400, 8, 10);
  const Rows labeled = {0, 9, 18};  // of blobs 0, 1 and 2
  const auto chosen = medoids(samples, labeled, 5);
  EXPECT_THAT(blobs_in(chosen, 8), UnorderedElementsAre(3, 4, 5, 6, 7));
}

TEST(Medoids, NeverHaveALabelAlready) {
  const auto samples = blobs_of(60, 4, 5);
  Rows labeled;
  for (int64_t i = 0; i < 60; i += 2) labeled.push_back(i);
  const auto chosen = medoids(samples, labeled, 30);
  EXPECT_THAT(std::set<int64_t>(chosen.begin(), chosen.end()), SizeIs(30));
  for (const auto row : chosen) EXPECT_EQ(row % 2, 1);
}

TEST(Medoids, OfAllSamplesAreAll) {
  auto chosen = medoids(blobs_of(25, 4, 5), {}, 25);
  std::ranges::sort(chosen);
  for (int64_t i = 0; i < 25; ++i) EXPECT_EQ(chosen[static_cast<size_t>(i)], i);
}

TEST(Medoids, CopiesComeOnlyWhereNothingElseIsLeft) {
  const auto samples = matrix_of({{1}, {1}, {1}, {5}, {5}, {9}});
  EXPECT_THAT(medoids(samples, {}, 3), ElementsAre(0, 3, 5)) << "the first of the copies";
  EXPECT_THAT(medoids(samples, {}, 5), ElementsAre(0, 3, 5, 1, 2));
}

TEST(Medoids, AreTheSameForAnyShares) {
  const auto samples = blobs_of(700, 9, 40);
  EXPECT_EQ(choose_medoids(samples, Rows{3, 4}, 30, 1, in_one_share),
            choose_medoids(samples, Rows{3, 4}, 30, 1, in_three_threads));
}

TEST(Unsure, IsTheLeastMarginOfEachCluster) {
  // Two blobs; margins fall with the row.
  const auto samples = blobs_of(20, 2, 2);
  std::vector<float> margins;
  for (int i = 0; i < 20; ++i) margins.push_back(0.9F - 0.01F * static_cast<float>(i));
  EXPECT_THAT(choose_unsure(samples, margins, 2, 0, in_one_share), ElementsAre(19, 18))
      << "the least first";
}

TEST(Unsure, SureOnesAreNotChosenForBeingFarAway) {
  // 20 unsure ones in one blob, and 5 sure ones in another: 2 of 10 times 2 candidates.
  auto samples = blobs_of(25, 1, 3);
  std::vector<float> margins(25, 0.1F);
  for (int64_t i = 20; i < 25; ++i) {
    samples.row(i)[1] += 50;
    margins[static_cast<size_t>(i)] = 0.95F;
  }
  for (const auto row : choose_unsure(samples, margins, 2, 0, in_one_share)) EXPECT_LT(row, 20);
}

TEST(Unsure, FewSamplesAreAllOfThem) {
  const auto samples = matrix_of({{1}, {1}, {1}});
  const std::vector<float> margins = {0.5F, 0.1F, 0.3F};
  EXPECT_THAT(choose_unsure(samples, margins, 3, 0, in_one_share), ElementsAre(1, 2, 0));
}

}  // namespace
}  // namespace sslhost::host
