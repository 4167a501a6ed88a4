// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/temperature.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

struct Samples {
  std::vector<double> logits;
  std::vector<int64_t> labels;
  int64_t classes;
  double temperature() const { return fit_temperature(logits, labels, classes); }
};

/// Some right, some wrong: logits size · (sin(1.7 i + 2.3 k²) + 1.2 [k = label]).
Samples samples(int64_t count, int64_t classes, double size) {
  Samples made{{}, {}, classes};
  for (int64_t i = 0; i < count; ++i) {
    made.labels.push_back(i * 7 % classes);
    for (int64_t k = 0; k < classes; ++k)
      made.logits.push_back(
          size * (std::sin(1.7 * static_cast<double>(i) + 2.3 * static_cast<double>(k * k)) +
                  (k == made.labels.back() ? 1.2 : 0)));
  }
  return made;
}

// By scipy 1.17: the root of the derivative, scipy.optimize.brentq with xtol = rtol = 1e-14.
TEST(Temperature, IsThatOfLeastNegativeLogLikelihood) {
  EXPECT_NEAR(samples(40, 3, 4).temperature(), 2.58569650029517, 1e-9);
  EXPECT_NEAR(samples(40, 3, 0.2).temperature(), 0.129284825014759, 1e-10);
  EXPECT_NEAR(samples(60, 2, 5).temperature(), 3.91020103216387, 1e-9) << "two classes";
  EXPECT_NEAR(samples(200, 10, 3).temperature(), 1.17205125649199, 1e-9);
}

TEST(Temperature, LogitsThatAreScaledScaleIt) {
  const double one = samples(40, 3, 1).temperature();
  EXPECT_NEAR(samples(40, 3, 100).temperature(), 100 * one, 1e-6);
  auto moved = samples(40, 3, 1);
  for (auto& logit : moved.logits) logit += 1e4;
  EXPECT_NEAR(moved.temperature(), one, 1e-6) << "softmax knows differences only";
}

TEST(Temperature, StaysInItsRangeWhereNoneIsTheBest) {
  EXPECT_EQ((Samples{{2, 0, 0, 3}, {1, 0}, 2}.temperature()), kHighestTemperature);
  EXPECT_EQ((Samples{{1, 0}, {1}, 2}.temperature()), kHighestTemperature) << "one sample, wrong";
  EXPECT_EQ((Samples{{1e-3, 0, 0, 1e-3}, {0, 1}, 2}.temperature()), kLowestTemperature);
}

TEST(Temperature, FewSamplesThatAreAllRightAreNotCertain) {
  EXPECT_NEAR((Samples{{2, 0, 0, 3}, {0, 1}, 2}.temperature()), 2.34347458218074, 1e-9);
  EXPECT_NEAR((Samples{{1, 0}, {0}, 2}.temperature()), 1 / std::log(2), 1e-9)
      << "one sample: the odds are two to one";
}

TEST(Temperature, IsOneWhereNothingDependsOnIt) {
  EXPECT_EQ((Samples{{3, 3, 3, 5, 5, 5}, {0, 2}, 3}.temperature()), 1);
  EXPECT_EQ((Samples{{}, {}, 3}.temperature()), 1) << "no samples";
  EXPECT_EQ((Samples{{7, 8}, {0, 0}, 1}.temperature()), 1) << "one class";
}

TEST(Temperature, LargeLogitsOverflowNothing) {
  const Samples right{{1e4, -1e4, -1e4, 1e4}, {0, 1}, 2};
  EXPECT_EQ(right.temperature(), kHighestTemperature) << "two samples are not so sure";
  const Samples mixed{{1e4, -1e4, -1e4, 1e4, 1e4, 0}, {0, 1, 1}, 2};
  EXPECT_EQ(mixed.temperature(), kHighestTemperature) << "the best is thousands";
  EXPECT_EQ((Samples{{1e300, -1e300, -1e300, 1e300}, {0, 0}, 2}.temperature()),
            kHighestTemperature);
  // Targets of 0.8, 0.8 and 0.2 have the mean 0.6: a difference d of the logits wants d / log 1.5.
  const Samples far{{0, 150, 0, 150, 0, 150}, {1, 1, 0}, 2},
      near{{0, 40, 0, 40, 0, 40}, {1, 1, 0}, 2};
  EXPECT_EQ(far.temperature(), kHighestTemperature);
  EXPECT_NEAR(near.temperature(), 40 / std::log(1.5), 1e-7);
}

TEST(Temperature, IsTheSameForEveryOrderOfSamplesAndClasses) {
  auto reversed = samples(40, 3, 4);
  std::reverse(reversed.logits.begin(), reversed.logits.end());
  std::reverse(reversed.labels.begin(), reversed.labels.end());
  for (auto& label : reversed.labels) label = 2 - label;
  EXPECT_NEAR(reversed.temperature(), samples(40, 3, 4).temperature(), 1e-9);
}

TEST(Temperature, LogitsThatAreNoNumbersAreRefused) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto one = samples(10, 3, 1);
    one.logits[17] = bad;
    expect_failure(ExitCode::diverged, "finite logits", [&] { one.temperature(); });
  }
}

TEST(Temperature, SizesThatDoNotFitAreABug) {
  expect_failure(ExitCode::bug, "temperature", [] { Samples{{1, 2, 3}, {0, 1}, 2}.temperature(); });
  expect_failure(ExitCode::bug, "temperature", [] { Samples{{1, 2}, {2}, 2}.temperature(); });
  expect_failure(ExitCode::bug, "temperature", [] { Samples{{1, 2}, {-1}, 2}.temperature(); });
  expect_failure(ExitCode::bug, "temperature", [] { Samples{{}, {}, 0}.temperature(); });
}

}  // namespace
}  // namespace sslhost::host
