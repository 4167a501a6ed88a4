// SPDX-License-Identifier: Apache-2.0
#include "host/selection/clusters.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/selection/blobs.hpp"

namespace sslhost::host {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;

TEST(Clusters, AreTheBlobs) {
  for (const uint64_t key : {1, 2, 3}) {
    const auto found = cluster(blobs_of(300, 5, 6), {.count = 5, .key = key}, in_one_share);
    ASSERT_EQ(found.count, 5);
    for (size_t i = 5; i < 300; ++i) EXPECT_EQ(found.of[i], found.of[i % 5]) << i;
    EXPECT_EQ(std::set<int64_t>(found.of.begin(), found.of.end()).size(), 5u);
  }
}

TEST(Clusters, DistancesAreSquaredAndToTheMean) {
  const auto found = cluster(matrix_of({{0, 0}, {4, 0}, {2, 3}}), {.count = 1}, in_one_share);
  EXPECT_THAT(found.distances, ElementsAre(FloatNear(5, 1e-5F), FloatNear(5, 1e-5F), 4));
  EXPECT_NEAR(found.inertia, 14, 1e-5);
}

TEST(Clusters, AreAsManyAsSamplesDifferAtMost) {
  const auto samples = matrix_of({{1, 1}, {1, 1}, {2, 2}, {1, 1}, {2, 2}});
  const auto found = cluster(samples, {.count = 4, .key = 3}, in_one_share);
  EXPECT_EQ(found.count, 2);
  EXPECT_EQ(found.of[0], found.of[1]);
  EXPECT_NE(found.of[0], found.of[2]);
  EXPECT_THAT(found.distances, Each(0));
}

TEST(Clusters, OfOneSampleAndOfNone) {
  EXPECT_EQ(cluster(matrix_of({{3, 4}}), {.count = 1}, in_one_share).count, 1);
  EXPECT_EQ(cluster(Matrix(), {.count = 1}, in_one_share).count, 0);
}

TEST(Clusters, AsManyAsSamplesAreOneEach) {
  const auto found = cluster(blobs_of(40, 3, 4), {.count = 40, .key = 5}, in_one_share);
  EXPECT_EQ(std::set<int64_t>(found.of.begin(), found.of.end()).size(), 40u);
  EXPECT_EQ(found.inertia, 0);
}

TEST(Clusters, TheBestOfSeveralStartsCounts) {
  const auto samples = blobs_of(200, 7, 7);
  double least = 1e30;
  for (const int64_t restarts : {1, 3, 10}) {
    const auto found =
        cluster(samples, {.count = 12, .key = 4, .restarts = restarts}, in_one_share);
    EXPECT_LE(found.inertia, least);
    least = found.inertia;
  }
}

TEST(Clusters, AreTheSameForAnyShares) {
  const auto samples = blobs_of(501, 9, 33);
  const auto one = cluster(samples, {.count = 40, .key = 6}, in_one_share),
             three = cluster(samples, {.count = 40, .key = 6}, in_three_threads);
  EXPECT_EQ(one.of, three.of);
  EXPECT_EQ(one.distances, three.distances);
  EXPECT_EQ(one.inertia, three.inertia);
}

TEST(Clusters, OfAnotherKeyAreOthers) {
  const auto samples = blobs_of(200, 3, 5);
  EXPECT_NE(cluster(samples, {.count = 20, .key = 1, .restarts = 1}, in_one_share).of,
            cluster(samples, {.count = 20, .key = 2, .restarts = 1}, in_one_share).of);
}

}  // namespace
}  // namespace sslhost::host
