// SPDX-License-Identifier: Apache-2.0
#include "plugins/linear-probe/choose_penalty.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

namespace linear_probe {
namespace {

using at::Tensor;

Tensor whole(std::initializer_list<int64_t> all) {
  return at::tensor(at::ArrayRef<int64_t>(all.begin(), all.size()), at::kLong);
}

TEST(HeldOut, EveryClassIsDealtOutToThePartsInTurn) {
  const auto y = whole({0, 1, 0, 0, 1, 0, 0, 0, 2, 0});
  EXPECT_TRUE(at::equal(held_out_in(y, 4), whole({0, 0, 1, 2, 1, 3, 4, 0, -1, 1})));
}

/// 40 samples of 30 numbers, of which the first may tell the class.
Tensor samples(double told) {
  auto x = at::arange(40 * 30, at::kDouble).square().mul(0.7).sin().view({40, 30});
  x.select(1, 0) += told * (at::arange(40, at::kDouble).remainder(2) - 0.5);
  return x;
}
const auto kHalves = at::arange(40, at::kLong).remainder(2);

TEST(ChoosePenalty, NoiseWantsAStrongOneAndAClearCaseAWeakOne) {
  EXPECT_GE(choose_penalty(samples(0), kHalves, 2, 1e-8, 7), 10);
  EXPECT_LE(choose_penalty(samples(20), kHalves, 2, 1e-8, 7), 1);
}

TEST(ChoosePenalty, WithOneSampleAClassThereIsNothingToChooseBy) {
  EXPECT_EQ(choose_penalty(samples(1).narrow(0, 0, 3), whole({0, 1, 2}), 3, 1e-8, 7), 7);
}

}  // namespace
}  // namespace linear_probe
