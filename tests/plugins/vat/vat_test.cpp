// SPDX-License-Identifier: Apache-2.0
// VAT's passes, written down by a scripted step, against the paper's equations as loops over
// doubles.
#include "tests/plugins/vat/vat_step.hpp"

namespace {

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

TEST_F(VatStep, WithoutARadiusItIsThatOfTheKindOfNetwork) {
  o.radius = Radius::relative;
  o.epsilon = 0;
  run();
  expect_norms(moved(perturbed()), 0.2 * kTask.data_rms);
  net->passes.clear();
  net->register_parameter("filter", at::zeros({1, 1, 1, 1}, at::kDouble));  // of a convolution
  run();
  expect_norms(moved(perturbed()), 0.3 * kTask.data_rms);
  EXPECT_THAT(build.problems, IsEmpty());
}

TEST_F(VatStep, WithoutARadiusFeaturesHaveThatOfConvolutions) {
  o.radius = Radius::relative;
  o.epsilon = 0;
  Task task = kTask;
  task.channels = kInputs;
  task.height = task.width = 1;
  sslhost::testing::ScriptedBuild of_features(task, net);
  Vat method(o);
  method.build(of_features);
  method.step(step);
  expect_norms(moved(perturbed()), 0.3 * kTask.data_rms);
}

TEST_F(VatStep, AnAbsoluteRadiusHasToBeGiven) {
  o.epsilon = 0;
  run();
  EXPECT_THAT(build.problems, ElementsAre("epsilon"));
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
  EXPECT_EQ(step.updates[1].term, "unlabeled");
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

}  // namespace
