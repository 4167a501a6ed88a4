// SPDX-License-Identifier: Apache-2.0
// FixMatch's passes, written down by a scripted step, against the paper's equations as loops over
// doubles.
#include "plugins/fixmatch/fixmatch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include "tests/plugins/support/by_hand.hpp"
#include "tests/plugins/support/scripted.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using by_hand::Vector;
using sslhost::testing::images;
using sslhost::testing::kClasses;
using sslhost::testing::kHidden;
using sslhost::testing::kInputs;

constexpr int64_t kLabeled = 2, kUnlabeled = 4;
const Task kTask = sslhost::testing::small_task(1000);

class FixMatchStep : public ::testing::Test {
 protected:
  FixMatchStep() {
    step.net = net;
    step.x = images(kLabeled, 1);
    step.y = at::arange(kLabeled) + 1;
    step.unlabeled_views = {{"weak", images(kUnlabeled, 3)}, {"strong", images(kUnlabeled, 5)}};
    o.threshold = middle_confidence();
    o.views.weight = 1.7;
  }
  void run() {
    FixMatch method(o);
    method.build(build);
    method.step(step);
  }
  by_hand::Net hand() const {
    return {kInputs, kHidden, kClasses, by_hand::values(net->w1), by_hand::values(net->w2)};
  }
  const Tensor& weak() { return step.unlabeled_views.at("weak"); }
  const Tensor& strong() { return step.unlabeled_views.at("strong"); }

  /// Largest probability of each weak view.
  Vector confidences() {
    Vector found;
    const auto n = hand();
    for (int64_t i = 0; i < kUnlabeled; ++i) {
      const auto p = n.probabilities(by_hand::values(weak()).data() + i * kInputs);
      found.push_back(*std::max_element(p.begin(), p.end()));
    }
    return found;
  }
  /// Half of the weak views are surer.
  double middle_confidence() {
    auto sorted = confidences();
    std::sort(sorted.begin(), sorted.end());
    return (sorted[1] + sorted[2]) / 2;
  }
  /// Eq. 4, the pseudo-labels by one network and the predictions that they judge by another.
  double hand_unsupervised(const by_hand::Net& labeler, const by_hand::Net& learner) {
    const auto u = by_hand::values(weak()), v = by_hand::values(strong());
    double sum = 0;
    for (size_t i = 0; i < kUnlabeled; ++i) {
      const auto q = labeler.probabilities(&u[i * kInputs]);
      const auto best = std::max_element(q.begin(), q.end());
      if (*best >= o.threshold)
        sum -=
            std::log(learner.probabilities(&v[i * kInputs])[static_cast<size_t>(best - q.begin())]);
    }
    return sum / kUnlabeled;
  }
  double hand_loss(const by_hand::Net& labeler, const by_hand::Net& learner) {
    return by_hand::cross_entropy(learner, by_hand::values(step.x), {1, 2}) +
           o.views.weight * hand_unsupervised(labeler, learner);
  }
  /// Of the update's loss, where the pseudo-labels are constants of the network before it.
  void expect_gradient_through_the_strong_pass_alone(const by_hand::Net& before) {
    const auto of_w1 = [&](const Vector& w) {
      return hand_loss(before, {kInputs, kHidden, kClasses, w, before.w2});
    };
    const auto of_w2 = [&](const Vector& w) {
      return hand_loss(before, {kInputs, kHidden, kClasses, before.w1, w});
    };
    expect_near(by_hand::values(step.updates[0].gradients[0]), by_hand::gradient(of_w1, before.w1));
    expect_near(by_hand::values(step.updates[0].gradients[1]), by_hand::gradient(of_w2, before.w2));
  }
  static void expect_near(const Vector& found, const Vector& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-8) << i;
  }

  FixMatchOptions o;
  sslhost::testing::Scopes scopes;
  std::shared_ptr<sslhost::testing::SpyNet> net =
      std::make_shared<sslhost::testing::SpyNet>(kInputs, kHidden, kClasses, scopes);
  sslhost::testing::ScriptedBuild build{kTask, net};
  sslhost::testing::ScriptedStep step{scopes};
};

TEST_F(FixMatchStep, LossIsCrossEntropyPlusThatOfSurePseudoLabelsOverAllSamples) {
  const auto n = hand();
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(n, n), 1e-12);
  EXPECT_NEAR(step.logged.at("pseudo_label_loss"), hand_unsupervised(n, n), 1e-12);
  EXPECT_GT(hand_unsupervised(n, n), 0);
}

TEST_F(FixMatchStep, MaskRateIsTheShareOfSureSamples) {
  run();
  EXPECT_EQ(step.logged.at("mask_rate"), 0.5);
}

TEST_F(FixMatchStep, WithoutASureSampleTheLabelsAloneTrain) {
  o.threshold = 1;
  const auto n = hand();
  run();
  EXPECT_EQ(step.logged.at("mask_rate"), 0);
  EXPECT_NEAR(step.updates[0].loss, by_hand::cross_entropy(n, by_hand::values(step.x), {1, 2}),
              1e-12);
}

TEST_F(FixMatchStep, GradientRunsThroughTheStrongPassAlone) {
  const auto n = hand();
  run();
  expect_gradient_through_the_strong_pass_alone(n);
}

TEST_F(FixMatchStep, JointPassHasTheSameLossAndGradientWithoutBatchNorm) {
  o.passes = Passes::joint;
  const auto n = hand();
  run();
  EXPECT_NEAR(step.updates[0].loss, hand_loss(n, n), 1e-12);
  expect_gradient_through_the_strong_pass_alone(n);
}

TEST_F(FixMatchStep, OfSeparatePassesTheWeakOneIsRecordedAndConstantAndWithoutNoise) {
  net->register_module("dropout", std::make_shared<Dropout>(0.5));
  run();
  ASSERT_EQ(net->passes.size(), 3U);
  for (const auto& pass : net->passes) {
    const bool is_weak = at::equal(pass.input, weak());
    EXPECT_EQ(pass.scopes.tracked, is_weak);
    EXPECT_EQ(pass.gradient, !is_weak);
    EXPECT_EQ(pass.noise, !is_weak);
    EXPECT_EQ(pass.scopes.noise, "") << "dropout is drawn afresh in every pass";
  }
}

TEST_F(FixMatchStep, JointPassIsOneBatchOfAllThree) {
  o.passes = Passes::joint;
  run();
  ASSERT_EQ(net->passes.size(), 1U);
  EXPECT_TRUE(at::equal(net->passes[0].input, at::cat({step.x, weak(), strong()})));
  EXPECT_TRUE(net->passes[0].scopes.tracked);
}

TEST_F(FixMatchStep, InputsAreLeftAlone) {
  run();
  for (const auto& tensor : {step.x, weak(), strong()}) {
    EXPECT_EQ(tensor._version(), 0);
    EXPECT_FALSE(tensor.requires_grad());
  }
}

TEST(PseudoLabels, CountFromTheThresholdOnItself) {
  for (const auto type : {at::kDouble, at::kFloat}) {
    const auto logits = at::arange(6, type).view({2, 3}).sin().mul(2);
    const auto surest = std::get<0>(logits.softmax(1).max(1));
    const double first = surest[0].item<double>();
    EXPECT_EQ(pseudo_labels(logits, first).mask[0].item<double>(), 1);
    const double above = type == at::kFloat ? std::nextafter(static_cast<float>(first), 2.0F)
                                            : std::nextafter(first, 2.0);
    EXPECT_EQ(pseudo_labels(logits, above).mask[0].item<double>(), 0);
  }
}

TEST(FixMatchDefaults, WeightDecayIsForWeightsAlone) {
  EXPECT_FALSE(FixMatchOptions{}.training.optimizer.decay_biases);
}

}  // namespace
