// SPDX-License-Identifier: Apache-2.0
// VAT's passes, written down by a scripted step, against the paper's equations as loops over
// doubles.
#include "plugins/vat/vat.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include "tests/plugins/support/scripted.hpp"
#include "tests/plugins/vat/by_hand.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using by_hand::Vector;
using sslhost::testing::Pass;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kInputs = 4, kHidden = 5, kClasses = 3, kLabeled = 2, kUnlabeled = 3;
const Task kTask = {.classes = kClasses,
                    .channels = 1,
                    .height = 2,
                    .width = 2,
                    .labeled = 6,
                    .unlabeled = 10,
                    .data_rms = 2.5};

/// One step of VAT with its passes: labeled; and clean, one trial for each power iteration,
/// perturbed.
class VatStep : public ::testing::Test {
 protected:
  VatStep() {
    o.radius = Radius::absolute;
    o.epsilon = 0.7;
    o.xi = 0.4;
    step.net = net;
    step.x = at::linspace(-0.8, 1, kLabeled * kInputs, at::kDouble).view({kLabeled, 1, 2, 2});
    step.y = at::arange(kLabeled) + 1;
    step.u = at::linspace(0.9, -1, kUnlabeled * kInputs, at::kDouble)
                 .mul(3)
                 .sin()
                 .view({kUnlabeled, 1, 2, 2});
    step.draw = at::linspace(-1, 2, kUnlabeled * kInputs, at::kDouble).mul(9).cos();
  }
  void run() {
    Vat method(o);
    method.build(build);
    method.step(step);
  }
  /// The passes of one batch, in their order; the two batches have different sizes.
  std::vector<Pass> passes_of(int64_t batch) const {
    std::vector<Pass> found;
    for (const auto& pass : net->passes)
      if (pass.input.size(0) == batch) found.push_back(pass);
    return found;
  }
  Pass labeled() const { return passes_of(kLabeled).at(0); }
  Pass clean() const { return passes_of(kUnlabeled).at(0); }
  Pass trial(size_t k) const { return passes_of(kUnlabeled).at(1 + k); }
  Pass perturbed() const { return passes_of(kUnlabeled).back(); }
  Vector moved(const Pass& pass) const { return by_hand::values(pass.input - step.u); }

  /// The network with the weights that a loss was made with.
  by_hand::Net net_of(size_t update) const {
    const auto& before = step.updates.at(update).before;
    return {kInputs, kHidden, kClasses, by_hand::values(before[0]), by_hand::values(before[1])};
  }
  double hand_cross_entropy(const by_hand::Net& n) const {
    return by_hand::cross_entropy(n, by_hand::values(step.x), {1, 2});
  }
  double hand_vat(const by_hand::Net& p, const by_hand::Net& q) const {
    return by_hand::divergence(p, q, by_hand::values(step.u), moved(perturbed()));
  }
  /// By finite differences and then divided by a small norm: on some processors 1.1e-8 away.
  static constexpr double kOfADirection = 1e-7;
  static void expect_near(const Vector& found, const Vector& expected, double tolerance) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], tolerance) << "element " << i;
  }
  static void expect_norms(const Vector& v, double norm) {
    for (int64_t n = 0; n < kUnlabeled; ++n) {
      double square = 0;
      for (int64_t i = 0; i < kInputs; ++i)
        square += std::pow(v[static_cast<size_t>(n * kInputs + i)], 2);
      EXPECT_NEAR(std::sqrt(square), norm, 1e-12) << "sample " << n;
    }
  }

  Options o;
  sslhost::testing::Scopes scopes;
  std::shared_ptr<sslhost::testing::SpyNet> net =
      std::make_shared<sslhost::testing::SpyNet>(kInputs, kHidden, kClasses, scopes);
  sslhost::testing::ScriptedBuild build{kTask, net};
  sslhost::testing::ScriptedStep step{scopes};
};

TEST_F(VatStep, PerturbationHasNormEpsilonInEverySample) {
  run();
  expect_norms(moved(perturbed()), 0.7);
  expect_norms(moved(trial(0)), 0.4);
  expect_near(moved(clean()), Vector(kUnlabeled * kInputs, 0.0), 0);
}

TEST_F(VatStep, RelativeRadiusIsInUnitsOfTheSpread) {
  o.radius = Radius::relative;
  run();
  expect_norms(moved(perturbed()), 0.7 * kTask.data_rms);
  expect_norms(moved(trial(0)), 0.4 * kTask.data_rms);
}

TEST_F(VatStep, PerturbationIsAlongTheGradientOfTheDivergence) {
  run();
  ASSERT_EQ(net->passes.size(), 4U);
  auto expected =
      by_hand::direction(net_of(0), by_hand::values(step.u), by_hand::values(step.draw), 0.4, 1);
  for (auto& value : expected) value *= 0.7;
  expect_near(moved(perturbed()), expected, kOfADirection);
}

TEST_F(VatStep, FurtherPowerIterationsStartFromTheLastDirection) {
  o.power_iterations = 3;
  run();
  ASSERT_EQ(net->passes.size(), 6U);
  for (int k = 0; k <= 3; ++k) {
    auto expected =
        by_hand::direction(net_of(0), by_hand::values(step.u), by_hand::values(step.draw), 0.4, k);
    for (auto& value : expected) value *= k == 3 ? 0.7 : 0.4;
    expect_near(moved(trial(static_cast<size_t>(k))), expected, kOfADirection);
  }
}

TEST_F(VatStep, JointLossIsCrossEntropyPlusWeightedDivergence) {
  o.weight = 1.7;
  run();
  ASSERT_EQ(step.updates.size(), 1U);
  const auto n = net_of(0);
  EXPECT_NEAR(step.updates[0].loss, hand_cross_entropy(n) + 1.7 * hand_vat(n, n), 1e-12);
}

TEST_F(VatStep, ConstantCleanPredictionTakesNoGradient) {
  o.update = Update::alternating;
  run();
  const auto n = net_of(1);
  const auto of_w1 = [&](const Vector& w) {
    return hand_vat(n, {kInputs, kHidden, kClasses, w, n.w2});
  };
  const auto of_w2 = [&](const Vector& w) {
    return hand_vat(n, {kInputs, kHidden, kClasses, n.w1, w});
  };
  expect_near(by_hand::values(step.updates[1].gradients[0]), by_hand::gradient(of_w1, n.w1), 1e-8);
  expect_near(by_hand::values(step.updates[1].gradients[1]), by_hand::gradient(of_w2, n.w2), 1e-8);
  EXPECT_FALSE(clean().gradient);
}

TEST_F(VatStep, CleanPredictionWithGradientTakesItThroughBothArguments) {
  o.update = Update::alternating;
  o.clean = Clean::gradient;
  run();
  const auto n = net_of(1);
  const auto of_w1 = [&](const Vector& w) {
    const by_hand::Net changed{kInputs, kHidden, kClasses, w, n.w2};
    return hand_vat(changed, changed);
  };
  expect_near(by_hand::values(step.updates[1].gradients[0]), by_hand::gradient(of_w1, n.w1), 1e-8);
}

TEST_F(VatStep, AlternatingTakesTheDivergenceOnTheWeightsJustUpdated) {
  o.update = Update::alternating;
  o.weight = 1.7;
  run();
  ASSERT_EQ(step.updates.size(), 2U);
  EXPECT_EQ(step.updates[0].term, "cross_entropy");
  EXPECT_EQ(step.updates[1].term, "vat");
  const auto first = net_of(0), second = net_of(1);
  EXPECT_NE(first.w2, second.w2);
  EXPECT_NEAR(step.updates[0].loss, hand_cross_entropy(first), 1e-12);
  EXPECT_NEAR(step.updates[1].loss, 1.7 * hand_vat(second, second), 1e-12);
  auto expected =
      by_hand::direction(second, by_hand::values(step.u), by_hand::values(step.draw), 0.4, 1);
  for (auto& value : expected) value *= 0.7;
  expect_near(moved(perturbed()), expected, kOfADirection);
}

TEST_F(VatStep, PowerIterationComputesNoGradientOfWeights) {
  int computed = 0;
  for (const auto& w : {net->w1, net->w2}) w.register_hook([&](const Tensor&) { ++computed; });
  o.power_iterations = 3;
  run();
  // The one joint update takes one gradient for each of the two weights.
  EXPECT_EQ(computed, 2);
  EXPECT_FALSE(net->w1.grad().defined());
}

TEST_F(VatStep, SharedRandomnessPutsItsPassesIntoOneScope) {
  o.power_iterations = 2;
  run();
  EXPECT_EQ(labeled().scopes.noise, "");
  for (const auto& pass : passes_of(kUnlabeled)) EXPECT_EQ(pass.scopes.noise, "vat");
}

TEST_F(VatStep, IndependentRandomnessRedrawsInEveryPass) {
  o.randomness = Randomness::independent;
  run();
  for (const auto& pass : net->passes) EXPECT_EQ(pass.scopes.noise, "");
}

TEST_F(VatStep, StatisticsComeFromTheChosenPassesAlone) {
  const auto tracked = [&](Statistics statistics) {
    net->passes.clear();
    o.statistics = statistics;
    run();
    return std::vector{labeled().scopes.tracked, clean().scopes.tracked, trial(0).scopes.tracked,
                       perturbed().scopes.tracked};
  };
  // Labeled, clean, trial, perturbed.
  EXPECT_THAT(tracked(Statistics::unlabeled), ElementsAre(false, true, false, false));
  EXPECT_THAT(tracked(Statistics::labeled), ElementsAre(true, false, false, false));
  EXPECT_THAT(tracked(Statistics::all), ElementsAre(true, true, true, true));
}

TEST_F(VatStep, AFlatDivergenceGivesNoPerturbationInsteadOfNaN) {
  {
    const at::NoGradGuard no_gradient;
    net->w2.zero_();
  }
  run();
  expect_near(moved(perturbed()), Vector(kUnlabeled * kInputs, 0.0), 0);
  EXPECT_TRUE(std::isfinite(step.updates[0].loss));
}

TEST_F(VatStep, InputsAreLeftAlone) {
  run();
  EXPECT_EQ(step.u._version(), 0);
  EXPECT_FALSE(step.u.requires_grad());
}

TEST_F(VatStep, XiBelowFloat32sResolutionIsRefused) {
  o.xi = 1e-7;
  run();
  EXPECT_THAT(build.problems, ElementsAre("xi"));
  EXPECT_THAT(build.warnings, IsEmpty());
}

TEST_F(VatStep, XiBelowResolutionIsAWarningWhereMasksAreRedrawn) {
  o.xi = 1e-7;
  o.randomness = Randomness::independent;
  run();
  EXPECT_THAT(build.problems, IsEmpty());
  ASSERT_EQ(build.warnings.size(), 1U);
  EXPECT_THAT(build.warnings[0], ::testing::HasSubstr("xi"));
}

TEST_F(VatStep, XiOfOrdinarySizeIsAccepted) {
  o.xi = 1e-4;
  run();
  EXPECT_THAT(build.problems, IsEmpty());
  EXPECT_THAT(build.warnings, IsEmpty());
}

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
