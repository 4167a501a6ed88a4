// SPDX-License-Identifier: Apache-2.0
#include "host/run/statistics.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

namespace sslhost::host {
namespace {

using ::testing::DoubleEq;

TEST(Statistics, OfFewValuesAreThoseWorkedOutByHand) {
  const std::vector<double> values = {4, 1, 10};
  const auto summary = summarize(values);
  EXPECT_EQ(summary.count, 3);
  EXPECT_EQ(summary.median, 4);
  EXPECT_EQ(summary.mean, 5);
  // Squares of -1, -4, 5 sum to 42; 42 / 2 = 21.
  EXPECT_DOUBLE_EQ(summary.standard_deviation.value(), 4.58257569495584);
  EXPECT_EQ(summary.wins, 3);
}

TEST(Statistics, TheMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle) {
  EXPECT_EQ(summarize(std::vector<double>{7, 1, 2, 4}).median, 3);
}

TEST(Statistics, OneValueHasNoSpreadAndNoInterval) {
  const auto summary = summarize(std::vector<double>{-2});
  EXPECT_EQ(summary.median, -2);
  EXPECT_EQ(summary.mean, -2);
  EXPECT_FALSE(summary.standard_deviation || summary.interval);
  EXPECT_EQ(summary.wins, 0);
}

// scipy 1.17.1: stats.t.ppf(0.975, df).
TEST(Statistics, QuantilesOfStudentsTAreScipys) {
  EXPECT_NEAR(student_t95(1), 12.706204736174694, 1e-12);
  EXPECT_NEAR(student_t95(2), 4.302652729749462, 1e-12);
  EXPECT_NEAR(student_t95(4), 2.7764451051977934, 1e-12);
  EXPECT_NEAR(student_t95(9), 2.262157162798205, 1e-12);
  EXPECT_NEAR(student_t95(29), 2.045229642132703, 1e-12);
  EXPECT_NEAR(student_t95(1000), 1.9623390808264083, 1e-12);
}

// scipy 1.17.1: stats.ttest_rel(first, second).confidence_interval(0.95); numpy 2: median, mean and
// std(ddof=1) of the differences.
TEST(Statistics, PairsAreComparedByTheirDifferences) {
  const std::vector<double> first = {0.9894, 0.9859, 0.9872, 0.9901, 0.9846};
  const std::vector<double> second = {0.9712, 0.9733, 0.9861, 0.9689, 0.9847};
  std::vector<double> differences(first.size());
  std::ranges::transform(first, second, differences.begin(), std::minus());
  const auto summary = summarize(differences);
  EXPECT_THAT(summary.median, DoubleEq(0.012599999999999945));
  EXPECT_THAT(summary.mean, DoubleEq(0.010599999999999988));
  EXPECT_NEAR(summary.standard_deviation.value(), 0.009732163171669488, 1e-15);
  EXPECT_NEAR(summary.interval.value().low, -0.001484076634906576, 1e-15);
  EXPECT_NEAR(summary.interval.value().high, 0.022684076634906552, 1e-15);
  EXPECT_EQ(summary.wins, 4) << "the last pair was lost";
}

// Student's t with 4 degrees of freedom has its integral in closed form: of t² / (4 + t²).
TEST(Statistics, AMeanBelowABoundHasItsP) {
  const std::vector<double> values = {1.31, 1.42, 1.28, 1.45, 1.39};
  const double t = (1.37 - 1.5) / (std::sqrt(0.021 / 4) / std::sqrt(5.0));
  const double x = t * t / (4 + t * t);
  const double expected = 0.5 - 0.5 * std::sqrt(x) * (1 + (1 - x) / 2);
  EXPECT_NEAR(p_below(values, 1.5).value(), expected, 1e-12);
  EXPECT_NEAR(p_below(values, 1.24).value(), 1 - expected, 1e-12);
  EXPECT_FALSE(p_below(std::vector<double>{1}, 2));
  EXPECT_EQ(p_below(std::vector<double>{1, 1}, 2), 0.0);
  EXPECT_EQ(p_below(std::vector<double>{2, 2}, 2), 1.0);
}

// scipy 1.17.1: stats.binomtest(hits, count).proportion_ci(0.95, "wilson").
TEST(Statistics, IntervalOfAFractionIsWilsons) {
  EXPECT_NEAR(fraction_interval(156, 1797).low, 0.07465885187325037, 1e-12);
  EXPECT_NEAR(fraction_interval(156, 1797).high, 0.10072663654588414, 1e-12);
  EXPECT_NEAR(fraction_interval(1, 3).low, 0.06149194472039626, 1e-12);
  EXPECT_EQ(fraction_interval(0, 20).low, 0);
  EXPECT_NEAR(fraction_interval(0, 20).high, 0.16112515805281935, 1e-12);
  EXPECT_EQ(fraction_interval(20, 20).high, 1);
}

TEST(Statistics, WhatHasNoneIsABug) {
  EXPECT_THROW(fraction_interval(0, 0), Error);
  EXPECT_THROW(fraction_interval(3, 2), Error);
  EXPECT_THROW(summarize({}), Error);
  EXPECT_THROW(summarize(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}), Error);
}

TEST(Statistics, AnErrorOfFewSamplesHasItsInterval) {
  EXPECT_EQ(error_of_few(0, 13), "0 of 13; 95 % interval 0.0 to 22.8 %");
  EXPECT_EQ(error_of_few(123, 1797), "123 of 1797; 95 % interval 5.8 to 8.1 %");
  EXPECT_EQ(error_of_few(0, 2000), "");
  EXPECT_EQ(error_of_few(0, 0), "");
}

}  // namespace
}  // namespace sslhost::host
