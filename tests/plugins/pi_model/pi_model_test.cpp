// SPDX-License-Identifier: Apache-2.0
// The Pi-model's passes, written down by a scripted step, against algorithm 1 as loops over
// doubles.
#include "plugins/pi-model/pi_model.cpp"  // NOLINT: the class is in an anonymous namespace

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using sslhost::testing::images;
using sslhost::testing::kClasses;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PiModelStep : public sslhost::testing::WeakStrongFixture {
 protected:
  PiModelStep() {
    step.labeled_views = {{"first", images(kLabeled, 1)}, {"second", images(kLabeled, 2)}};
    step.unlabeled_views = {{"first", images(kUnlabeled, 3)}, {"second", images(kUnlabeled, 5)}};
    step.x = step.labeled_views.at("first");
    o.weight = 1.7;
    o.ramp.kind = RampOptions::Kind::none;
  }
  void run() {
    PiModel method(o);
    method.build(build);
    method.step(step);
  }
  Tensor seen(const std::string& view) {
    return at::cat({step.labeled_views.at(view), step.unlabeled_views.at(view)});
  }
  double hand_consistency(const by_hand::Net& n) {
    const auto z = probabilities(n, seen("first")), again = probabilities(n, seen("second"));
    double sum = 0;
    for (size_t i = 0; i < z.size(); ++i)
      for (size_t k = 0; k < kClasses; ++k) sum += std::pow(z[i][k] - again[i][k], 2);
    return sum / static_cast<double>(z.size() * kClasses);
  }
  double hand_loss(const by_hand::Net& n) {
    return hand_cross_entropy(n) + 1.7 * hand_consistency(n);
  }

  PiModelOptions o;
};

TEST_F(PiModelStep, LossIsCrossEntropyPlusTheWeightedMeanSquare) {
  const auto n = hand();
  run();
  ASSERT_THAT(step.updates, SizeIs(1));
  EXPECT_NEAR(step.logged.at("consistency"), hand_consistency(n), 1e-12);
  EXPECT_GT(hand_consistency(n), 1e-4);
  EXPECT_NEAR(step.updates[0].loss, hand_loss(n), 1e-6);
}

TEST_F(PiModelStep, BothPassesTakeAGradient) {
  const auto n = hand();
  run();
  expect_gradient_of(n, [&](const by_hand::Net& changed) { return hand_loss(changed); });
}

TEST_F(PiModelStep, TheFirstPassAloneIsRecordedAndNoiseIsDrawnForEachAnew) {
  run();
  ASSERT_THAT(net->passes, SizeIs(2));
  EXPECT_TRUE(at::equal(net->passes[0].input, seen("first")));
  EXPECT_TRUE(at::equal(net->passes[1].input, seen("second")));
  EXPECT_TRUE(net->passes[0].scopes.tracked);
  EXPECT_FALSE(net->passes[1].scopes.tracked);
  for (const auto& pass : net->passes) EXPECT_EQ(pass.scopes.noise, "");
}

TEST_F(PiModelStep, WeightRisesWithTheRamp) {
  o.ramp = {.kind = RampOptions::Kind::sigmoid, .fraction = 0.5};
  step.done = 0.25;
  run();
  EXPECT_NEAR(step.logged.at("consistency_weight"), 1.7 * std::exp(-1.25), 1e-6);
}

TEST_F(PiModelStep, PassesThatCannotDifferAreWarnedOf) {
  run();
  EXPECT_THAT(build.warnings, SizeIs(1)) << "the scripted network holds no noise layer that draws";
}

TEST_F(PiModelStep, NoiseSilencesTheWarning) {
  net->register_module("gauss", std::make_shared<GaussianNoise>(0.1));
  run();
  EXPECT_THAT(build.warnings, IsEmpty());
  EXPECT_EQ(build.requests.at(0).noise, 0.15);
}

}  // namespace
