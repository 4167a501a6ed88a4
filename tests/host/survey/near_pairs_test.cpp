// SPDX-License-Identifier: Apache-2.0
#include "host/survey/near_pairs.hpp"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/survey/groups.hpp"
#include "tests/host/survey/pictures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;

std::vector<Group> groups_of(const std::vector<Look>& looks) {
  std::vector<size_t> all(looks.size());
  std::iota(all.begin(), all.end(), 0U);
  Connected connected(looks.size());
  for (int band = 0; band < kBands; ++band)
    for (const auto& [a, b] : near_pairs(looks, all, band)) connected.connect(a, b);
  return connected.groups();
}

TEST(NearPairs, FindsEachCopyAndNothingElse) {
  std::vector<Look> looks;
  for (uint64_t seed = 0; seed < 300; ++seed) looks.push_back(look_of(smooth_picture(seed).view()));
  for (const uint64_t seed : {7, 100})
    looks.push_back(look_of(noisy(smooth_picture(seed), seed, 20).view()));
  looks.push_back(look_of(smooth_picture(7, 48).view()));
  EXPECT_THAT(groups_of(looks), ElementsAre(ElementsAre(7, 300, 302), ElementsAre(100, 301)));
}

TEST(NearPairs, FindsEveryPairThatDiffersInSevenBits) {
  random::Integers integers(3);
  const auto look = look_of(smooth_picture(1).view());
  for (int trial = 0; trial < 200; ++trial) {
    auto other = look;
    for (int i = 0; i < 7; ++i) {
      const auto bit = integers.below(128);
      other.hash[bit / 64] ^= uint64_t{1} << bit % 64;
    }
    EXPECT_EQ(groups_of({look, other}).size(), 1U) << distance(look, other);
  }
}

TEST(NearPairs, ComparesOnlyThoseAskedFor) {
  const auto look = look_of(smooth_picture(1).view());
  const std::vector<Look> looks = {look, look, look};
  const std::vector<size_t> among = {0, 2};
  EXPECT_THAT(near_pairs(looks, among, 0), ElementsAre(std::pair<size_t, size_t>(0, 2)));
}

TEST(NearPairs, OneSceneOfManyPicturesStaysOneGroupWithOnePairLessThanPictures) {
  std::vector<Look> looks;
  const auto scene = smooth_picture(1, 32);
  for (uint64_t i = 0; i < 3000; ++i) looks.push_back(look_of(noisy(scene, i, 10).view()));
  std::vector<size_t> all(looks.size());
  std::iota(all.begin(), all.end(), 0U);
  for (int band = 0; band < kBands; ++band)
    EXPECT_LT(near_pairs(looks, all, band).size(), looks.size());
  const auto groups = groups_of(looks);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].size(), looks.size());
}

}  // namespace
}  // namespace sslhost::host
