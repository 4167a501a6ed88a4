// SPDX-License-Identifier: Apache-2.0
// FreeMatch's passes, written down by a scripted step, against the paper's equations as loops over
// doubles.
#include "plugins/freematch/freematch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <ATen/ops/tensor.h>

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using sslhost::testing::kClasses;

/// Eq. 5, 6 and 10 from their start on, with the weak predictions of batches.
struct Averages {
  double threshold = 1.0 / kClasses;
  std::vector<double> average = std::vector<double>(kClasses, 1.0 / kClasses), histogram = average;

  void adapt(const std::vector<std::vector<double>>& q, double decay) {
    const auto n = static_cast<double>(q.size());
    double confidence = 0;
    std::vector<double> mean(kClasses), counts(kClasses);
    for (const auto& p : q) {
      const auto best = std::max_element(p.begin(), p.end());
      confidence += *best / n;
      counts[static_cast<size_t>(best - p.begin())] += 1 / n;
      for (size_t c = 0; c < p.size(); ++c) mean[c] += p[c] / n;
    }
    threshold = decay * threshold + (1 - decay) * confidence;
    for (size_t c = 0; c < kClasses; ++c) {
      average[c] = decay * average[c] + (1 - decay) * mean[c];
      histogram[c] = decay * histogram[c] + (1 - decay) * counts[c];
    }
  }
  /// Eq. 7.
  double of_class(size_t c) const {
    return average[c] / *std::max_element(average.begin(), average.end()) * threshold;
  }
};

std::vector<double> sum_norm(const std::vector<double>& p, const std::vector<double>& h) {
  std::vector<double> all(p.size());
  double sum = 0;
  for (size_t c = 0; c < p.size(); ++c) sum += all[c] = h[c] > 0 ? p[c] / h[c] : 0;
  for (auto& value : all) value /= sum;
  return all;
}

class FreeMatchStep : public sslhost::testing::WeakStrongFixture {
 protected:
  FreeMatchStep() {
    step.unlabeled_views.at("weak") = sslhost::testing::images(kUnlabeled, 4);
    o.decay = 0.1;
    o.views.weight = 1.7;
    o.fairness_weight = 0.3;
  }
  void run(int steps = 1) {
    FreeMatch method(o);
    method.build(build);
    for (int i = 0; i < steps; ++i) method.step(step);
  }
  bool counts(const Averages& a, const Vector& q) const { return surest(q) >= a.of_class(best(q)); }
  /// Eq. 8.
  double hand_unsupervised(const Averages& a, const by_hand::Net& labeler,
                           const by_hand::Net& learner) {
    const auto q = probabilities(labeler, weak()), p = probabilities(learner, strong());
    double sum = 0;
    for (size_t i = 0; i < kUnlabeled; ++i)
      if (counts(a, q[i])) sum -= std::log(p[i][best(q[i])]);
    return sum / kUnlabeled;
  }
  /// Eq. 9 and 11.
  double hand_fairness(const Averages& a, const by_hand::Net& labeler,
                       const by_hand::Net& learner) {
    const auto q = probabilities(labeler, weak()), p = probabilities(learner, strong());
    Vector mean(kClasses), histogram(kClasses);
    for (size_t i = 0; i < kUnlabeled; ++i) {
      if (!counts(a, q[i])) continue;
      histogram[best(p[i])] += 1.0 / kUnlabeled;
      for (size_t c = 0; c < kClasses; ++c) mean[c] += p[i][c] / kUnlabeled;
    }
    const auto of_all = sum_norm(a.average, a.histogram), of_batch = sum_norm(mean, histogram);
    double sum = 0;
    for (size_t c = 0; c < kClasses; ++c) sum += of_all[c] * std::log(of_batch[c] + 1e-12);
    return sum;
  }
  double hand_loss(const Averages& a, const by_hand::Net& labeler, const by_hand::Net& learner) {
    return hand_cross_entropy(learner) + 1.7 * hand_unsupervised(a, labeler, learner) +
           0.3 * hand_fairness(a, labeler, learner);
  }

  FreeMatchOptions o;
};

TEST_F(FreeMatchStep, LossIsThatOfEquation12) {
  const auto n = hand();
  Averages a;
  a.adapt(probabilities(n, weak()), o.decay);
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.logged.at("threshold"), a.threshold, 1e-6);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(a, n, n), 1e-6);
  EXPECT_NEAR(step.logged.at("fairness_loss"), hand_fairness(a, n, n), 1e-5);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(a, n, n), 1e-5);
  EXPECT_GT(step.logged.at("mask_rate"), 0);
  EXPECT_LT(step.logged.at("mask_rate"), 1);
}

TEST_F(FreeMatchStep, AveragesGoOnFromBatchToBatch) {
  Averages a;
  a.adapt(probabilities(hand(), weak()), o.decay);
  run(/*steps=*/2);
  const auto& before = step.updates.at(1).before;
  const by_hand::Net second{sslhost::testing::kInputs, sslhost::testing::kHidden, kClasses,
                            by_hand::values(before[0]), by_hand::values(before[1])};
  a.adapt(probabilities(second, weak()), o.decay);
  EXPECT_NEAR(step.logged.at("threshold"), a.threshold, 1e-6);
  EXPECT_NEAR(step.logged.at("fairness_loss"), hand_fairness(a, second, second), 1e-5);
}

TEST_F(FreeMatchStep, GradientRunsThroughTheStrongPassAlone) {
  const auto n = hand();
  Averages a;
  a.adapt(probabilities(n, weak()), o.decay);
  run();
  expect_gradient_of(n, [&](const by_hand::Net& changed) { return hand_loss(a, n, changed); });
}

TEST_F(FreeMatchStep, TheWeakPassAloneIsRecordedAndConstant) {
  run();
  expect_the_weak_pass_alone_recorded_and_constant();
  expect_inputs_left_alone();
}

TEST(ClassThresholds, FallWithTheAveragePredictionOfTheClass) {
  const auto found = class_thresholds(at::full({}, 0.8, at::kDouble), at::tensor({0.5, 0.25, 0.1}));
  EXPECT_TRUE(at::allclose(found, at::tensor({0.8, 0.4, 0.16})));
}

const Tensor kClassNumbers = at::arange(2);

// p̄ = (0.45, 0.55), h̄ = (1/2, 1/2): SumNorm is p̄. p̃/h̃ = (0.6/0.4, 0.4/0.6) -> (9, 4)/13.
TEST(FairnessLoss, IsTheNegativeCrossEntropyOfNormalizedDistributions) {
  const auto strong = at::tensor({0.6, 0.4, 0.3, 0.7}).view({2, 2}).log();
  const auto found = fairness_loss(at::tensor({0.6, 0.4}), at::tensor({0.4, 0.6}), strong,
                                   at::tensor({1., 1.}), kClassNumbers);
  EXPECT_NEAR(found.item<double>(), (9 * std::log(0.45) + 4 * std::log(0.55)) / 13, 1e-9);
}

TEST(FairnessLoss, WithoutASampleThatCountsItIsZeroAndSoIsItsGradient) {
  const auto strong = at::tensor({0.6, 0.4, 0.3, 0.7}).view({2, 2}).log().requires_grad_();
  const auto uniform = at::tensor({0.5, 0.5});
  const auto found = fairness_loss(uniform, uniform, strong, at::tensor({0., 0.}), kClassNumbers);
  EXPECT_EQ(found.item<double>(), 0);
  const auto gradient = torch::autograd::grad({found}, {strong}).at(0);
  EXPECT_TRUE(gradient.eq(0).all().item<bool>());
}

TEST(FairnessLoss, AClassThatNoSampleHasStaysFinite) {
  const auto strong = at::tensor({0.9, 0.1, 0.8, 0.2}).view({2, 2}).log().requires_grad_();
  const auto found = fairness_loss(at::tensor({0.6, 0.4}), at::tensor({1., 0.}), strong,
                                   at::tensor({1., 1.}), kClassNumbers);
  const auto gradient = torch::autograd::grad({found}, {strong}).at(0);
  EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  EXPECT_NEAR(found.item<double>(), 0, 1e-9);
}

}  // namespace
