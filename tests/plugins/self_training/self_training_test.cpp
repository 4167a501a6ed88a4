// SPDX-License-Identifier: Apache-2.0
// Self-training's phases, what its steps learn from, and what happens between its rounds. That it
// resumes to the same bits and waits for nothing, the conformance suite shows.
#include "plugins/self-training/self_training.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/tensor.h>

#include "sslhost/testing.hpp"

#include "host/model/evaluation_mode.hpp"
#include "tests/conformance/stepper.hpp"

namespace {

using sslhost::testing::Bench;
using sslhost::testing::Stepper;
using sslhost::testing::WatchedStep;

const Task kTask = {
    .classes = 3, .channels = 1, .height = 2, .width = 2, .labeled = 10, .unlabeled = 20};

TEST(Counting, IsFromTheThresholdOnAndForTheSurestInAnyCase) {
  const auto confidence = at::tensor({0.3f, 0.9f, 0.5f, 0.95f, 0.2f});
  const auto counts = [&](double threshold, double least) {
    return counting(confidence, threshold, least);
  };
  EXPECT_TRUE(at::equal(counts(0.9, 0), at::tensor({0.f, 1.f, 0.f, 1.f, 0.f})));
  EXPECT_TRUE(at::equal(counts(0.99, 0.6), at::tensor({0.f, 1.f, 1.f, 1.f, 0.f})));
  EXPECT_TRUE(at::equal(counts(0.4, 0.2), at::tensor({0.f, 1.f, 1.f, 1.f, 0.f})));
  EXPECT_TRUE(at::equal(counts(1, 0), at::zeros({5})));
}

TEST(SelfTrainingPhases, ShareTheIterationsAndTheLastHasTheRest) {
  SelfTrainingOptions o;
  o.training.iterations = 103;
  o.rounds = 2;
  const auto phases = SelfTraining(o).phases(kTask);
  ASSERT_EQ(phases.size(), 3U);
  EXPECT_EQ(phases[0].iterations, 34);
  EXPECT_EQ(phases[1].iterations, 34);
  EXPECT_EQ(phases[2].iterations, 35);
  EXPECT_EQ(phases[0].streams.size(), 1U) << "the teacher sees labels alone";
  EXPECT_EQ(phases[2].name, "round_2");
  o.training.iterations = 1;
  for (const auto& phase : SelfTraining(o).phases(kTask)) EXPECT_EQ(phase.iterations, 1);
}

/// A step over four labeled and four unlabeled samples, at the positions 0 to 3 of their pools, of
/// which two labeled ones are held back.
class SelfTrainingStep : public ::testing::Test {
 protected:
  double loss(const std::string& phase, std::vector<int64_t> labels) {
    SelfTrainingOptions o;
    o.rounds = 2;
    Bench bench(std::make_unique<SelfTraining>(o), kTask);
    for (const auto& [name, value] : states) bench.build().state_of(name).copy_(value);
    bench.step().give_labeled(images(3), at::tensor(labels, at::kLong));
    bench.step().give_unlabeled(images(5));
    bench.step().give_index(at::arange(4));
    bench.step().set_time(0, 10, phase);
    const auto found = bench.loss().item<double>();
    net = bench.build().predictor();
    return found;
  }
  static Tensor images(double factor) {
    return at::linspace(-1, 1, 16).mul(factor).sin().view({4, 1, 2, 2});
  }
  std::map<std::string, Tensor> states;
  Network net;
};

TEST_F(SelfTrainingStep, HeldBackLabelsTrainTheLastRoundAlone) {
  for (const auto* phase : {"teacher", "round_1"}) {
    const auto usual = loss(phase, {0, 1, 2, 0});
    EXPECT_EQ(loss(phase, {1, 0, 2, 0}), usual) << phase;
    EXPECT_NE(loss(phase, {0, 1, 2, 1}), usual) << phase;
  }
  EXPECT_NE(loss("round_2", {1, 0, 2, 0}), loss("round_2", {0, 1, 2, 0}));
}

TEST_F(SelfTrainingStep, LossIsCrossEntropyPlusThatOfPseudoLabelsThatCount) {
  states = {{"labels", at::arange(20).remainder(3)},
            {"mask", at::arange(20).remainder(2).to(at::kFloat)}};
  const auto found = loss("round_2", {0, 1, 2, 0});
  const auto log_p = net(images(5)).log_softmax(1);  // samples 1 and 3 count, as classes 1 and 0
  const double pseudo = -(log_p[1][1] + log_p[3][0]).item<double>() / 4;
  const auto labels = at::tensor({0, 1, 2, 0}, at::kLong);
  EXPECT_NEAR(found, cross_entropy(net(images(3)), labels).item<double>() + pseudo, 1e-6);
}

/// What is seen at the first step of each phase.
template <class Look>
void at_the_start_of_phases(Stepper& stepper, const Look& look) {
  std::string phase;
  stepper.run(1000, [&](Method& method, WatchedStep& step) {
    if (phase != step.phase()) look(phase = step.phase());
    method.step(step);
  });
}

TEST(SelfTrainingRounds, LabelThePoolWithTheNetworkBefore) {
  Stepper stepper(
      "self-training",
      {{"iterations", "400"}, {"rounds", "1"}, {"restart", "false"}, {"threshold", "0.5"}});
  at_the_start_of_phases(stepper, [&](const std::string& phase) {
    if (phase == "teacher") return;
    auto& session = stepper.session();
    const auto& pool = session.data.unlabeled;
    const host::EvaluationMode mode(*session.registry);
    const at::NoGradGuard no_gradient;
    const auto logits = host::logits_of(session, host::gather(pool.data, pool.rows, pool.scale));
    const auto [confidence, labels] = logits.div(stepper.tensor("temperature")).softmax(1).max(1);
    EXPECT_TRUE(at::equal(stepper.tensor("labels"), labels));
    const auto mask = stepper.tensor("mask");
    EXPECT_TRUE(at::equal(mask, counting(confidence, 0.5, 0.2)));
    EXPECT_GT(mask.sum().item<float>(), 0);
    EXPECT_LT(mask.mean().item<float>(), 1);
  });
}

TEST(SelfTrainingRounds, BeginWithTheFirstWeightsUnlessTheyGoOn) {
  for (const bool restart : {true, false}) {
    Stepper stepper(
        "self-training",
        {{"iterations", "12"}, {"rounds", "2"}, {"restart", restart ? "true" : "false"}});
    const auto weight = stepper.tensor("net.head.weight");
    const auto first = weight.clone();
    at_the_start_of_phases(stepper, [&](const std::string& phase) {
      EXPECT_EQ(at::equal(weight, first), restart || phase == "teacher") << phase;
    });
    EXPECT_FALSE(at::equal(weight, first));
  }
}

TEST(SelfTrainingRounds, WithoutHeldBackLabelsTheTemperatureIsOne) {
  Stepper stepper("self-training", {{"iterations", "12"}, {"calibration", "0"}});
  stepper.run(1000);
  EXPECT_EQ(stepper.tensor("temperature").item<float>(), 1);
}

}  // namespace
