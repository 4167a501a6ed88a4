// SPDX-License-Identifier: Apache-2.0
// SoftMatch's passes, written down by a scripted step, against the paper's formulas as loops over
// doubles.
#include "plugins/softmatch/softmatch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <ATen/ops/tensor.h>

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using sslhost::testing::kClasses;

/// The averages from their start on, and the weights of the samples of the last batch.
struct Gaussian {
  double mean = 1.0 / kClasses, variance = 1;
  std::vector<double> average = std::vector<double>(kClasses, 1.0 / kClasses);
  std::vector<double> weights;

  void adapt(const std::vector<std::vector<double>>& p, const SoftMatchOptions& o) {
    const auto n = static_cast<double>(p.size());
    const auto keep = [&](double& old, double now) { old = o.decay * old + (1 - o.decay) * now; };
    for (size_t c = 0; c < kClasses; ++c) {
      double sum = 0;
      for (const auto& q : p) sum += q[c] / n;
      keep(average[c], sum);
    }
    std::vector<double> confidence;
    double center = 0, squares = 0;
    for (const auto& q : p) {
      const auto aligned = o.align ? align(q) : q;
      confidence.push_back(*std::max_element(aligned.begin(), aligned.end()));
      center += confidence.back() / n;
    }
    for (const double c : confidence) squares += (c - center) * (c - center);
    keep(mean, center);
    keep(variance, squares / (n - 1));
    weights.clear();
    for (const double c : confidence) {
      const double below = std::min(c - mean, 0.0), sigma2 = variance / (o.widths * o.widths);
      weights.push_back(std::exp(-below * below / (2 * sigma2)));
    }
  }
  std::vector<double> align(const std::vector<double>& q) const {
    std::vector<double> all;
    double sum = 0;
    for (size_t c = 0; c < kClasses; ++c) sum += all.emplace_back(q[c] / (average[c] + 1e-6));
    for (auto& value : all) value /= sum;
    return all;
  }
};

class SoftMatchStep : public sslhost::testing::WeakStrongFixture {
 protected:
  SoftMatchStep() {
    // Of these, alignment makes another class the most probable one of two samples.
    step.unlabeled_views.at("weak") = sslhost::testing::images(kUnlabeled, 8);
    o.decay = 0.1;
    o.views.weight = 1.7;
  }
  void run(int steps = 1) {
    SoftMatch method(o);
    method.build(build);
    for (int i = 0; i < steps; ++i) method.step(step);
  }
  /// The labels are those before alignment.
  double hand_unsupervised(const Gaussian& g, const by_hand::Net& labeler,
                           const by_hand::Net& learner) {
    const auto q = probabilities(labeler, weak()), p = probabilities(learner, strong());
    double sum = 0;
    for (size_t i = 0; i < kUnlabeled; ++i) sum -= g.weights[i] * std::log(p[i][best(q[i])]);
    return sum / kUnlabeled;
  }
  double hand_loss(const Gaussian& g, const by_hand::Net& labeler, const by_hand::Net& learner) {
    return hand_cross_entropy(learner) + 1.7 * hand_unsupervised(g, labeler, learner);
  }
  Gaussian after_one_batch() {
    Gaussian g;
    g.adapt(probabilities(hand(), weak()), o);
    return g;
  }

  SoftMatchOptions o;
};

TEST_F(SoftMatchStep, LossIsCrossEntropyPlusThatOfWeightedPseudoLabels) {
  const auto n = hand();
  const auto g = after_one_batch();
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.logged.at("confidence_mean"), g.mean, 1e-6);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(g, n, n), 1e-5);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(g, n, n), 1e-5);
  EXPECT_LT(step.logged.at("weight_mean"), 1) << "some sample is below the mean";
}

TEST_F(SoftMatchStep, AlignmentChangesWeights) {
  run();
  const double aligned = step.logged.at("weight_mean");
  o.align = false;
  const auto g = after_one_batch();
  const auto n = hand();
  run();
  EXPECT_NE(step.logged.at("weight_mean"), aligned);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(g, n, n), 1e-5);
}

TEST_F(SoftMatchStep, AveragesGoOnFromBatchToBatch) {
  auto g = after_one_batch();
  run(/*steps=*/2);
  const auto& before = step.updates.at(1).before;
  const by_hand::Net second{sslhost::testing::kInputs, sslhost::testing::kHidden, kClasses,
                            by_hand::values(before[0]), by_hand::values(before[1])};
  g.adapt(probabilities(second, weak()), o);
  EXPECT_NEAR(step.logged.at("confidence_mean"), g.mean, 1e-6);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(g, second, second), 1e-5);
}

TEST_F(SoftMatchStep, GradientRunsThroughTheStrongPassAlone) {
  const auto n = hand();
  const auto g = after_one_batch();
  run();
  expect_gradient_of(n, [&](const by_hand::Net& changed) { return hand_loss(g, n, changed); });
}

TEST_F(SoftMatchStep, TheWeakPassAloneIsRecordedAndConstant) {
  run();
  expect_the_weak_pass_alone_recorded_and_constant();
  expect_inputs_left_alone();
}

// Mean 0.8, deviation 0.1: one deviation below it exp(-1/2), with two widths to a deviation
// exp(-2).
TEST(GaussianWeights, AreOneFromTheMeanOnAndFallBelowIt) {
  const auto weights = [](double widths) {
    return gaussian_weights(at::tensor({0.9, 0.8, 0.7}), at::full({}, 0.8, at::kDouble),
                            at::full({}, 0.01, at::kDouble), widths);
  };
  EXPECT_TRUE(at::allclose(weights(1), at::tensor({1., 1., std::exp(-0.5)})));
  EXPECT_TRUE(at::allclose(weights(2), at::tensor({1., 1., std::exp(-2.)})));
}

TEST(GaussianWeights, StayFiniteWithoutVariance) {
  const auto found = gaussian_weights(at::tensor({0.5, 0.4}), at::full({}, 0.5, at::kDouble),
                                      at::full({}, 0., at::kDouble), 2);
  EXPECT_TRUE(at::allclose(found, at::tensor({1., 0.})));
}

TEST(UnbiasedVariance, IsDividedByOneLessThanTheSamples) {
  EXPECT_NEAR(unbiased_variance(at::tensor({1., 2., 4., 5.})).item<double>(), 10. / 3, 1e-12);
  EXPECT_EQ(unbiased_variance(at::tensor({0.7})).item<double>(), 0);
}

}  // namespace
