// SPDX-License-Identifier: Apache-2.0
// VAT as a regularizer of supervised training, and what its phases declare.
#include "tests/plugins/vat/vat_step.hpp"

namespace {

/// The same step where the labeled batch is regularized: clean, trial, perturbed.
class VatOnLabeled : public VatStep {
 protected:
  VatOnLabeled() {
    o.samples = Pool::labeled;
    o.clean = Clean::gradient;
    o.weight = 1.7;
    step.u = Tensor();
    step.draw = at::linspace(-1, 2, kLabeled * kInputs, at::kDouble).mul(9).cos();
  }
  double hand_loss(const by_hand::Net& n) const {
    const auto moved = by_hand::values(net->passes.at(2).input - step.x);
    return hand_cross_entropy(n) + 1.7 * by_hand::divergence(n, n, by_hand::values(step.x), moved);
  }
};

TEST_F(VatOnLabeled, OneCleanPassServesBothLosses) {
  run();
  ASSERT_EQ(net->passes.size(), 3U);
  expect_near(by_hand::values(net->passes[0].input - step.x), Vector(kLabeled * kInputs, 0.0), 0);
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(net_of(0)), 1e-12);
}

TEST_F(VatOnLabeled, TheGradientGoesThroughBothArgumentsOfTheDivergence) {
  run();
  const auto n = net_of(0);
  const auto of_w1 = [&](const Vector& w) {
    return hand_loss({kInputs, kHidden, kClasses, w, n.w2});
  };
  expect_near(by_hand::values(step.updates[0].gradients[0]), by_hand::gradient(of_w1, n.w1), 1e-8);
}

TEST_F(VatOnLabeled, StatisticsComeFromTheCleanPass) {
  run();
  const auto& passes = net->passes;
  EXPECT_TRUE(passes[0].scopes.tracked);
  EXPECT_FALSE(passes[1].scopes.tracked || passes[2].scopes.tracked);
}

TEST_F(VatOnLabeled, AlternatingUpdatesAreRefused) {
  o.update = Update::alternating;
  Vat(o).build(build);
  EXPECT_THAT(build.problems, ElementsAre("update"));
}

TEST(VatPhases, RegularizingTheLabeledBatchReadsNoUnlabeledStream) {
  Options options;
  options.samples = Pool::labeled;
  const auto phases = Vat(options).phases(kTask);
  ASSERT_EQ(phases[0].streams.size(), 1U);
  EXPECT_EQ(phases[0].streams[0].pool, Pool::labeled);
}

TEST(VatPhases, BatchesAreNoLargerThanTheirPools) {
  const auto phases = Vat(Options{}).phases(kTask);
  ASSERT_EQ(phases.size(), 1U);
  ASSERT_EQ(phases[0].streams.size(), 2U);
  EXPECT_EQ(phases[0].streams[0].batch, kTask.labeled);
  EXPECT_EQ(phases[0].streams[1].batch, kTask.unlabeled);
  EXPECT_EQ(phases[0].streams[1].pool, Pool::unlabeled);
}

}  // namespace
