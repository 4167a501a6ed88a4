// SPDX-License-Identifier: Apache-2.0
// Golden values from an independent implementation in Python with exact integers. They may never
// change: splits, checkpoints and recorded results depend on them.
#include "sslhost/training/integers.hpp"

#include <array>
#include <bit>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace sslhost::random {
namespace {

TEST(Integers, AreSplitMix64) {
  Integers draw(1234567);  // the published test vector
  for (const uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                  4593380528125082431u, 16408922859458223821u})
    EXPECT_EQ(draw.next(), expected);
}

TEST(Integers, KeysKeepTheirGoldenValues) {
  EXPECT_EQ(name_key(""), 0xf52a15e9a9b5e89b);
  EXPECT_EQ(name_key("vat"), 0x617cfa2c27bd2b33);
  EXPECT_EQ(name_key("split"), 0xb333e2fe83d5b8ef);
  EXPECT_EQ(mix(0, 0), 0x48218226ff3cd4bf);
  EXPECT_EQ(mix(0, 1), 0x9e0160293a33aaf7);
  EXPECT_EQ(mix(1, 0), 0xdce423fc82c0d5b8);
  EXPECT_EQ(mix(1, 2), 0x081a5c1377856b73);
  EXPECT_EQ(mix(name_key("vat"), 24000), 0x4710899007e0154a);
}

TEST(Integers, DrawsKeepTheirGoldenValues) {
  Integers small(42);
  for (const uint64_t expected : {7, 1, 2, 3, 0, 8, 2, 8, 3, 6, 2, 4})
    EXPECT_EQ(small.below(10), expected);
  Integers large(42);  // nearly half of the raw draws are refused for this bound
  for (const uint64_t expected : {1474913046063446145u, 8007990562831494531u, 2014432356388812462u})
    EXPECT_EQ(large.below((uint64_t{1} << 63) + 1), expected);
  EXPECT_EQ(Integers(42).unit(), 0.7415648787718233);
  EXPECT_EQ(permutation(10, 7), (std::vector<int64_t>{9, 5, 8, 6, 1, 2, 4, 7, 0, 3}));
  EXPECT_EQ(permutation(1, 7), std::vector<int64_t>{0});
  EXPECT_TRUE(permutation(0, 7).empty());
}

TEST(Integers, BelowIsUniform) {
  constexpr int kBound = 7, kDraws = 70'000;
  std::array<int, kBound> counts = {};
  Integers draw(mix(1, name_key("uniform")));
  for (int i = 0; i < kDraws; ++i) ++counts.at(draw.below(kBound));
  double chi2 = 0;
  for (const int count : counts) chi2 += (count - 1e4) * (count - 1e4) / 1e4;
  EXPECT_LT(chi2, 22.5);  // 0.1 % of uniform samples exceed it at 6 degrees of freedom
}

TEST(Integers, UnitStaysBelowOne) {
  Integers draw(mix(1, name_key("unit")));
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double u = draw.unit();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.01);  // 3.5 standard errors
}

TEST(Integers, EveryPermutationOfFourOccursEquallyOften) {
  std::map<std::vector<int64_t>, int> counts;
  for (uint64_t i = 0; i < 24'000; ++i) ++counts[permutation(4, mix(5, i))];
  EXPECT_EQ(counts.size(), 24u);
  double chi2 = 0;
  for (const auto& [order, count] : counts) chi2 += (count - 1e3) * (count - 1e3) / 1e3;
  EXPECT_LT(chi2, 49.7);  // 0.1 %, 23 degrees of freedom
}

TEST(Integers, MixChangesHalfOfTheBitsForEveryBitOfEitherArgument) {
  for (int bit = 0; bit < 64; ++bit) {
    int by_key = 0, by_value = 0;
    for (uint64_t i = 0; i < 256; ++i) {
      by_key += std::popcount(mix(i, 7) ^ mix(i ^ uint64_t{1} << bit, 7));
      by_value += std::popcount(mix(7, i) ^ mix(7, i ^ uint64_t{1} << bit));
    }
    EXPECT_NEAR(by_key / 256.0, 32, 1.5) << bit;  // 6 standard errors
    EXPECT_NEAR(by_value / 256.0, 32, 1.5) << bit;
  }
}

TEST(Integers, ChainedKeysOfSmallNumbersAreAllDifferent) {
  std::set<uint64_t> keys;
  for (uint64_t seed = 0; seed < 100; ++seed)
    for (uint64_t iteration = 0; iteration < 100; ++iteration) keys.insert(mix(seed, iteration));
  EXPECT_EQ(keys.size(), 10'000u);
}

}  // namespace
}  // namespace sslhost::random
