// SPDX-License-Identifier: Apache-2.0
#include "plugins/self-training/calibration.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

namespace {

using self_training::fitted_temperature;

/// Samples of two classes with these logits for the first, of which so many are right.
double temperature(double logit, int64_t right, int64_t samples) {
  const auto first = at::full({samples}, logit, at::kDouble);
  const auto logits = at::stack({first, at::zeros_like(first)}, 1);
  const auto labels = at::arange(samples).ge(right).to(at::kLong);
  return fitted_temperature(logits, labels).item<double>();
}

// Right in 3 of 4: the fitted probability is 3/4, and softmax(z/T) has it where z/T = log 3.
TEST(FittedTemperature, MakesProbabilitiesTheShareThatIsRight) {
  EXPECT_NEAR(temperature(4 * std::log(3.), 3, 4), 4, 0.15) << "the grid is 3.5 % wide";
  EXPECT_NEAR(temperature(2 * std::log(9.), 9, 10), 2, 0.08);
}

TEST(FittedTemperature, IsNeverBelowOneNorAboveSixteen) {
  EXPECT_EQ(temperature(0.5, 4, 4), 1) << "all right, and hardly sure";
  EXPECT_EQ(temperature(5, 0, 4), 16) << "all wrong, and sure";
}

}  // namespace
