// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/reliability.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

// By hand: bins 6, 8 to 11, 13 and 14 have one sample each but the ninth, ((8, 9]/15: three), and
// the last (three). In twelfths: 0.34 + 0.5 + 3 (2/3 − 1.75/3) + 0.62 + 0.3 + 0.19 + 0.1 +
// 3 (2.94/3 − 2/3) = 3.24.
TEST(Reliability, AgreesWithHandCalculation) {
  const std::vector<double> probabilities = {0.5, 0.55, 0.6,  0.62, 0.7, 0.81,
                                             0.9, 0.95, 0.99, 1,    0.6, 0.34};
  const std::vector<uint8_t> right = {1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0};
  const auto found = reliability_of(probabilities, right);
  EXPECT_EQ(found.samples, 12);
  EXPECT_NEAR(found.ece, 3.24 / 12, 1e-12);
  EXPECT_EQ(found.bins[8].samples, 3) << "9/15 is the last of its bin";
  EXPECT_NEAR(found.bins[8].confidence, 1.75 / 3, 1e-12);
  EXPECT_NEAR(found.bins[8].accuracy, 2.0 / 3, 1e-12);
  EXPECT_EQ(found.bins[0].samples, 0);
}

TEST(Reliability, OfProbabilitiesThatAreWhatTheySayIsZero) {
  std::vector<double> probabilities(10, 0.8);
  std::vector<uint8_t> right(10, 1);
  right[3] = right[7] = 0;
  EXPECT_NEAR(reliability_of(probabilities, right).ece, 0, 1e-12);
  probabilities.assign(10, 1);
  EXPECT_NEAR(reliability_of(probabilities, right).ece, 0.2, 1e-12);
}

TEST(Reliability, OfNothingIsNothing) {
  const auto found = reliability_of({}, {});
  EXPECT_EQ(found.samples, 0);
  EXPECT_EQ(found.ece, 0);
}

TEST(Reliability, EndsAreInTheEndBins) {
  const auto found = reliability_of(std::vector<double>{0, 1}, std::vector<uint8_t>{0, 1});
  EXPECT_EQ(found.bins.front().samples, 1);
  EXPECT_EQ(found.bins.back().samples, 1);
}

TEST(Reliability, WhatIsNoProbabilityIsABug) {
  for (const double bad : {-0.1, 1.1, std::nan("")})
    expect_failure(ExitCode::bug, "reliability",
                   [&] { reliability_of(std::vector<double>{bad}, std::vector<uint8_t>{1}); });
  expect_failure(ExitCode::bug, "reliability",
                 [] { reliability_of(std::vector<double>{0.5}, {}); });
}

}  // namespace
}  // namespace sslhost::host
