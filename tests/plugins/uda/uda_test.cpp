// SPDX-License-Identifier: Apache-2.0
// UDA's passes, written down by a scripted step, against the paper's formulas as loops over
// doubles.
#include "plugins/uda/uda.cpp"  // NOLINT: the class is in an anonymous namespace

#include <ATen/ops/tensor.h>

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;

class UdaStep : public sslhost::testing::WeakStrongFixture {
 protected:
  UdaStep() {
    const auto q = probabilities(hand(), weak());
    std::vector<double> sorted;
    for (const auto& p : q) sorted.push_back(surest(p));
    std::sort(sorted.begin(), sorted.end());
    o.threshold = (sorted[1] + sorted[2]) / 2;  // half of the weak views are surer
    o.views.weight = 1.7;
  }
  void run() {
    Uda method(o);
    method.build(build);
    method.step(step);
  }
  /// p^(1/τ), made a distribution: softmax(z/τ).
  Vector sharp(const Vector& p) const {
    Vector powers;
    double sum = 0;
    for (const double value : p) sum += powers.emplace_back(std::pow(value, 1 / o.temperature));
    for (auto& value : powers) value /= sum;
    return powers;
  }
  double hand_unsupervised(const by_hand::Net& labeler, const by_hand::Net& learner) {
    const auto q = probabilities(labeler, weak()), p = probabilities(learner, strong());
    double sum = 0;
    for (size_t i = 0; i < kUnlabeled; ++i) {
      if (surest(q[i]) <= o.threshold) continue;
      const auto target = sharp(q[i]);
      for (size_t k = 0; k < target.size(); ++k) sum -= target[k] * std::log(p[i][k]);
    }
    return sum / kUnlabeled;
  }
  double hand_loss(const by_hand::Net& labeler, const by_hand::Net& learner) {
    return hand_cross_entropy(learner) + 1.7 * hand_unsupervised(labeler, learner);
  }

  UdaOptions o;
};

TEST_F(UdaStep, LossIsCrossEntropyPlusThatOfSharpenedPredictions) {
  const auto n = hand();
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.logged.at("consistency"), hand_unsupervised(n, n), 1e-12);
  EXPECT_GT(hand_unsupervised(n, n), 0);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(n, n), 1e-12);
  EXPECT_EQ(step.logged.at("mask_rate"), 0.5);
}

TEST_F(UdaStep, GradientRunsThroughTheStrongPassAlone) {
  const auto n = hand();
  run();
  expect_gradient_of(n, [&](const by_hand::Net& changed) { return hand_loss(n, changed); });
}

TEST_F(UdaStep, TheWeakPassAloneIsRecordedAndConstant) {
  run();
  expect_the_weak_pass_alone_recorded_and_constant();
  expect_inputs_left_alone();
}

TEST_F(UdaStep, AnnealingLeavesOutLabelsThatAreKnownAlready) {
  const auto p = probabilities(hand(), step.x);
  const double first = p[0][1], second = p[1][2];
  ASSERT_NE(first, second);
  // The line's limit at this time lies between the two.
  o.annealing = Annealing::linear;
  const double limit = (first + second) / 2, chance = 1.0 / 3;
  step.done = (limit - chance) / (1 - chance);
  o.views.weight = 0;
  run();
  EXPECT_NEAR(step.logged.at("annealing_limit"), limit, 1e-6);
  EXPECT_NEAR(step.updates[0].loss, -std::log(std::min(first, second)), 1e-6);
}

double limit_at(double progress, Annealing annealing) {
  return annealing_limit(at::full({}, progress, at::kDouble), annealing, 4).item<double>();
}

// alpha·(1 − 1/4) + 1/4.
TEST(AnnealingLimit, RisesFromChanceToOneAsItsScheduleSays) {
  EXPECT_NEAR(limit_at(0, Annealing::linear), 0.25, 1e-12);
  EXPECT_NEAR(limit_at(0.5, Annealing::linear), 0.625, 1e-12);
  EXPECT_NEAR(limit_at(1, Annealing::linear), 1, 1e-12);
  EXPECT_NEAR(limit_at(0.5, Annealing::log), (1 - std::exp(-2.5)) * 0.75 + 0.25, 1e-12);
  EXPECT_NEAR(limit_at(0.5, Annealing::exp), std::exp(-2.5) * 0.75 + 0.25, 1e-12);
  EXPECT_LT(limit_at(0.5, Annealing::exp), limit_at(0.5, Annealing::linear));
  EXPECT_GT(limit_at(0.5, Annealing::log), limit_at(0.5, Annealing::linear));
}

TEST(AnnealedCrossEntropy, IsAMeanOverTheSamplesThatCountAndZeroWithoutAny) {
  const auto logits = at::tensor({std::log(3.), 0., 0., 0.}).view({2, 2});  // 0.75, 0.5
  const auto labels = at::tensor({0, 0}, at::kLong);
  const auto loss = [&](double limit) {
    return annealed_cross_entropy(logits, labels, at::full({}, limit, at::kDouble)).item<double>();
  };
  EXPECT_NEAR(loss(0.9), (std::log(4. / 3) + std::log(2.)) / 2, 1e-12);
  EXPECT_NEAR(loss(0.6), std::log(2.), 1e-12);
  EXPECT_EQ(loss(0.4), 0);
}

}  // namespace
