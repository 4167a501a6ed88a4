// SPDX-License-Identifier: Apache-2.0
// What methods remember of earlier batches, against values made by hand.
#include "plugins/common/moving_average.hpp"

#include <gtest/gtest.h>

#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

namespace {

using sslhost::Tensor;

TEST(UpdateAverage, KeepsTheDecaysPartInPlace) {
  auto average = at::tensor({1.f, 0.f});
  const auto* memory = average.const_data_ptr();
  common::update_average(average, at::tensor({0.f, 10.f}), 0.9);
  EXPECT_TRUE(at::allclose(average, at::tensor({0.9f, 1.f})));
  EXPECT_EQ(average.const_data_ptr(), memory);
}

TEST(UpdateAverage, TakesNoGradient) {
  auto average = at::full({2}, 0.5);
  common::update_average(average, at::tensor({1.f, 2.f}).requires_grad_(), 0.9);
  EXPECT_FALSE(average.requires_grad());
}

TEST(ClassFractions, AddUpWeightsOverAllSamples) {
  const auto labels = at::tensor({0, 2, 2, 1}, at::kLong);
  const auto found = common::class_fractions(labels, at::arange(4), at::tensor({1., 1., 0.5, 0.}));
  EXPECT_TRUE(at::allclose(found, at::tensor({0.25, 0., 0.375, 0.})));
}

TEST(AlignedToUniform, DividesByTheAverageAndAddsUpToOne) {
  const auto p = at::tensor({0.6, 0.4, 0.5, 0.5}).view({2, 2});
  const auto found = common::aligned_to_uniform(p, at::tensor({0.75, 0.25}));
  // 0.6/0.75 : 0.4/0.25 = 0.8 : 1.6, and 0.5/0.75 : 0.5/0.25 = 1 : 3.
  EXPECT_TRUE(
      at::allclose(found, at::tensor({1. / 3, 2. / 3, 0.25, 0.75}).view({2, 2}), 1e-4, 1e-5));
}

TEST(AlignedToUniform, AClassThatWasNeverPredictedStaysFinite) {
  const auto found =
      common::aligned_to_uniform(at::tensor({1., 0.}).view({1, 2}), at::tensor({1., 0.}));
  EXPECT_TRUE(at::allclose(found, at::tensor({1., 0.}).view({1, 2})));
}

}  // namespace
