// SPDX-License-Identifier: Apache-2.0
#include "host/survey/best_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sslhost/training/integers.hpp"

namespace sslhost::host {
namespace {

using Values = std::vector<double>;

/// In any order.
Threshold between(Values ones, const Values& others) {
  Values all = ones;
  all.insert(all.end(), others.begin(), others.end());
  std::ranges::sort(ones);
  std::ranges::sort(all);
  return best_threshold(ones, all);
}

TEST(BestThreshold, LiesBetweenValuesThatItTellsApart) {
  const auto low = between(Values{3, 1, 2}, Values{8, 7, 9, 10});
  EXPECT_DOUBLE_EQ(low.accuracy, 1);
  EXPECT_DOUBLE_EQ(low.at, 5);
  EXPECT_TRUE(low.below);
  const auto high = between(Values{8, 7, 9, 10}, Values{3, 1, 2});
  EXPECT_DOUBLE_EQ(high.accuracy, 1);
  EXPECT_FALSE(high.below);
}

TEST(BestThreshold, AccuracyIsTheMeanOfBothSides) {
  // At 4.5: three of four below, and five of six others above.
  EXPECT_DOUBLE_EQ(between(Values{1, 2, 3, 9}, Values{4, 5, 6, 7, 8, 10}).accuracy,
                   (0.75 + 1.0) / 2);
  EXPECT_DOUBLE_EQ(between(Values{5, 5, 5}, Values{5, 5}).accuracy, 0.5) << "all equal";
}

TEST(BestThreshold, EqualValuesFallOnOneSide) {
  EXPECT_DOUBLE_EQ(between(Values{1, 1, 2}, Values{1, 2, 2}).accuracy, (2.0 / 3 + 2.0 / 3) / 2);
}

// Smirnov's statistic, by counting for every value.
TEST(BestThreshold, IsThatOfACount) {
  random::Integers integers(7);
  for (int trial = 0; trial < 500; ++trial) {
    Values ones, others;
    for (int i = 0; i < 12; ++i) ones.push_back(static_cast<double>(integers.below(9)));
    for (int i = 0; i < 17; ++i) others.push_back(static_cast<double>(2 + integers.below(9)));
    double most = 0.5;
    for (int at = 0; at < 12; ++at) {
      const auto share = [&](const Values& values) {
        return static_cast<double>(
                   std::ranges::count_if(values, [&](double v) { return v <= at; })) /
               static_cast<double>(values.size());
      };
      most = std::max(most, 0.5 + std::abs(share(ones) - share(others)) / 2);
    }
    EXPECT_NEAR(between(ones, others).accuracy, most, 1e-12);
  }
}

TEST(BestThreshold, ChanceIsSmallOnlyWithEnoughOfBoth) {
  EXPECT_GT(chance_of(1, 5, 5), 0.01);
  EXPECT_LT(chance_of(1, 10, 10), 0.0005);
  EXPECT_GT(chance_of(0.6, 10, 10), 0.5) << "the best of many thresholds is above a half by chance";
  EXPECT_LT(chance_of(0.6, 1000, 1000), 0.0005);
  EXPECT_DOUBLE_EQ(chance_of(0.5, 100, 100), 1);
}

}  // namespace
}  // namespace sslhost::host
