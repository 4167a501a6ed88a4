// SPDX-License-Identifier: Apache-2.0
// The entropy of clean predictions beside the divergence (VAT+EntMin), value and gradient.
#include "tests/plugins/vat/vat_step.hpp"

namespace {

class VatStepWithEntropy : public VatStep {
 protected:
  VatStepWithEntropy() {
    o.weight = 1.7;
    o.entropy_weight = 0.6;
  }
  /// What unlabeled samples add, the divergence's target being constant.
  double hand_unlabeled(const by_hand::Net& target, const by_hand::Net& n) const {
    return 1.7 * hand_vat(target, n) + 0.6 * by_hand::entropy(n, by_hand::values(step.u));
  }
};

TEST_F(VatStepWithEntropy, AddsItToTheJointLoss) {
  run();
  const auto n = net_of(0);
  EXPECT_GT(by_hand::entropy(n, by_hand::values(step.u)), 0.01);
  EXPECT_NEAR(step.updates.at(0).loss, hand_cross_entropy(n) + hand_unlabeled(n, n), 1e-12);
}

TEST_F(VatStepWithEntropy, TakesItsGradientThroughTheCleanPassAndTheDivergenceDoesNot) {
  o.update = Update::alternating;
  run();
  const auto n = net_of(1);
  const auto of_w1 = [&](const Vector& w) {
    return hand_unlabeled(n, {kInputs, kHidden, kClasses, w, n.w2});
  };
  const auto of_w2 = [&](const Vector& w) {
    return hand_unlabeled(n, {kInputs, kHidden, kClasses, n.w1, w});
  };
  expect_near(by_hand::values(step.updates[1].gradients[0]), by_hand::gradient(of_w1, n.w1), 1e-8);
  expect_near(by_hand::values(step.updates[1].gradients[1]), by_hand::gradient(of_w2, n.w2), 1e-8);
  EXPECT_TRUE(clean().gradient);
}

TEST_F(VatStepWithEntropy, LogsTheDivergenceAloneWhateverTheUpdate) {
  for (const auto update : {Update::joint, Update::alternating}) {
    o.update = update;
    step.updates.clear();
    run();
    const auto n = net_of(step.updates.size() - 1);
    EXPECT_NEAR(step.logged.at("vat"), hand_vat(n, n), 1e-12);
  }
}

TEST_F(VatStep, LogsTheEntropyOfPredictionsOneByOneAndOfTheirMean) {
  run();
  const auto n = net_of(0);
  const auto u = by_hand::values(step.u);
  Vector mean(kClasses);
  for (size_t i = 0; i < kUnlabeled; ++i)
    for (size_t k = 0; k < kClasses; ++k)
      mean[k] += n.probabilities(&u[i * kInputs])[k] / kUnlabeled;
  double marginal = 0;
  for (const double p : mean) marginal -= p * std::log(p);
  EXPECT_NEAR(step.logged.at("clean_entropy"), by_hand::entropy(n, u), 1e-12);
  EXPECT_NEAR(step.logged.at("marginal_entropy"), marginal, 1e-12);
  EXPECT_GT(marginal - by_hand::entropy(n, u), 1e-3);
}

TEST_F(VatStepWithEntropy, MakesNoFurtherPass) {
  run();
  EXPECT_EQ(net->passes.size(), 4U);
}

TEST_F(VatStepWithEntropy, IsOfTheLabeledBatchWhereThatIsRegularized) {
  o.samples = Pool::labeled;
  step.draw = at::linspace(-1, 2, kLabeled * kInputs, at::kDouble).mul(9).cos();
  run();
  const auto n = net_of(0);
  const auto moved = by_hand::values(net->passes.at(2).input - step.x);
  const auto x = by_hand::values(step.x);
  EXPECT_NEAR(step.updates.at(0).loss,
              hand_cross_entropy(n) + 1.7 * by_hand::divergence(n, n, x, moved) +
                  0.6 * by_hand::entropy(n, x),
              1e-12);
}

}  // namespace
