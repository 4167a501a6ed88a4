// SPDX-License-Identifier: Apache-2.0
// Pseudo-Label's passes, written down by a scripted step, against the paper's equations as loops
// over doubles.
#include "plugins/pseudo-label/pseudo_label.cpp"  // NOLINT: the class is in an anonymous namespace

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;

class PseudoLabelStep : public sslhost::testing::WeakStrongFixture {
 protected:
  PseudoLabelStep() {
    step.unlabeled_views.clear();
    step.u = sslhost::testing::images(kUnlabeled, 3);
    step.done = 0.35;  // half of the weight
  }
  void run() {
    PseudoLabel method(o);
    method.build(build);
    method.step(step);
  }
  /// The loss of eq. 15's second sum, labels by one network and predictions by another.
  double hand_unsupervised(const by_hand::Net& labeler, const by_hand::Net& learner) {
    const auto q = probabilities(labeler, step.u), p = probabilities(learner, step.u);
    double sum = 0;
    for (size_t i = 0; i < kUnlabeled; ++i)
      if (surest(q[i]) >= o.threshold) sum -= std::log(p[i][best(q[i])]);
    return sum / kUnlabeled;
  }
  double hand_loss(const by_hand::Net& labeler, const by_hand::Net& learner) {
    return hand_cross_entropy(learner) + 1.5 * hand_unsupervised(labeler, learner);
  }

  PseudoLabelOptions o;
};

TEST_F(PseudoLabelStep, LossIsCrossEntropyPlusThatOfTheMostProbableClasses) {
  const auto n = hand();
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.logged.at("pseudo_label_weight"), 1.5, 1e-6);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(n, n), 1e-12);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(n, n), 1e-6);
}

TEST_F(PseudoLabelStep, LabelsAreConstantsOfTheGradientAndUnlabeledImagesHaveASay) {
  const auto n = hand();
  run();
  expect_gradient_of(n, [&](const by_hand::Net& changed) { return hand_loss(n, changed); });
  const auto with = step.updates[0].gradients[0].clone();
  step.updates.clear();
  o.weight = 0;
  run();
  EXPECT_FALSE(at::allclose(step.updates[0].gradients[0], with));
}

TEST_F(PseudoLabelStep, BelowTheThresholdNothingCounts) {
  const auto q = probabilities(hand(), step.u);
  o.threshold = (surest(q[0]) + surest(q[1])) / 2;
  double counting = 0;
  for (const auto& p : q) counting += surest(p) >= o.threshold ? 1.0 / kUnlabeled : 0;
  ASSERT_GT(counting, 0);
  ASSERT_LT(counting, 1);
  const auto n = hand();
  run();
  EXPECT_EQ(step.logged.at("mask_rate"), counting);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(n, n), 1e-12);
}

TEST_F(PseudoLabelStep, TheLabelingPassIsWithoutNoiseConstantAndRecorded) {
  run();
  ASSERT_EQ(net->passes.size(), 3U);
  EXPECT_TRUE(at::equal(net->passes[0].input, step.u));
  EXPECT_FALSE(net->passes[0].gradient);
  EXPECT_TRUE(net->passes[0].scopes.tracked);
  EXPECT_FALSE(net->passes[0].noise);
  for (size_t i = 1; i < 3; ++i) {
    EXPECT_TRUE(net->passes[i].gradient);
    EXPECT_FALSE(net->passes[i].scopes.tracked);
    EXPECT_TRUE(net->passes[i].noise);
  }
}

// Eq. 16 with alpha_f 3, T1 0.1 and T2 0.6.
TEST(PseudoLabelWeight, RisesInALineBetweenT1AndT2) {
  const auto at_progress = [](double t) {
    return weight_at(at::full({}, t, at::kDouble), {}).item<double>();
  };
  EXPECT_EQ(at_progress(0), 0);
  EXPECT_EQ(at_progress(0.1), 0);
  EXPECT_NEAR(at_progress(0.2), 0.6, 1e-12);
  EXPECT_NEAR(at_progress(0.35), 1.5, 1e-12);
  EXPECT_NEAR(at_progress(0.6), 3, 1e-12);
  EXPECT_EQ(at_progress(0.9), 3);
}

TEST(PseudoLabelPhases, AskForNoMoreThanThePoolsHave) {
  const auto streams = PseudoLabel({}).phases(sslhost::testing::small_task(10)).at(0).streams;
  EXPECT_EQ(streams.at(0).batch, 6);
  EXPECT_EQ(streams.at(1).batch, 10);
}

}  // namespace
