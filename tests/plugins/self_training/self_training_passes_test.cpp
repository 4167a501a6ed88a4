// SPDX-License-Identifier: Apache-2.0
// Self-training's passes and updates in each of its phases, written down by a scripted step.
#include <gmock/gmock.h>

#include "plugins/self-training/self_training.cpp"  // NOLINT: the class is in an anonymous namespace
#include "tests/plugins/support/scripted.hpp"

namespace {

using sslhost::testing::images;
using sslhost::testing::kClasses;
using sslhost::testing::kHidden;
using sslhost::testing::kInputs;
using ::testing::ElementsAre;

class SelfTrainingPasses : public ::testing::Test {
 protected:
  SelfTrainingPasses() {
    step.net = net;
    step.x = images(4, 1);
    step.y = at::arange(4).remainder(kClasses);
    step.u = images(4, 3);
    step.positions = at::arange(4);
    SelfTrainingOptions o;
    o.rounds = 2;
    method = std::make_unique<SelfTraining>(o);
    method->build(build);
  }
  void run(const std::string& phase) {
    net->passes.clear();
    step.now = phase;
    method->step(step);
  }
  bool tracked(size_t pass) const { return net->passes.at(pass).scopes.tracked; }

  sslhost::testing::Scopes scopes;
  std::shared_ptr<sslhost::testing::SpyNet> net =
      std::make_shared<sslhost::testing::SpyNet>(kInputs, kHidden, kClasses, scopes);
  sslhost::testing::ScriptedBuild build{sslhost::testing::small_task(10), net};
  sslhost::testing::ScriptedStep step{scopes};
  std::unique_ptr<SelfTraining> method;
};

TEST_F(SelfTrainingPasses, StatisticsAreOfLabelsInTheTeacherAndThenOfTheUnlabeledBatch) {
  run("teacher");
  ASSERT_EQ(net->passes.size(), 1U);
  EXPECT_TRUE(tracked(0));
  for (const auto* round : {"round_1", "round_2"}) {
    run(round);
    ASSERT_EQ(net->passes.size(), 2U) << round;
    EXPECT_TRUE(at::equal(net->passes[0].input, step.x)) << round;
    EXPECT_FALSE(tracked(0)) << round;
    EXPECT_TRUE(tracked(1)) << round;
  }
}

TEST_F(SelfTrainingPasses, EachPhaseHasAnOptimizerOfItsOwn) {
  for (const auto* phase : {"teacher", "round_1", "round_2"}) run(phase);
  std::vector<int64_t> used;
  for (const auto& update : step.updates) used.push_back(update.optimizer);
  EXPECT_THAT(used, ElementsAre(0, 1, 2));
  EXPECT_EQ(build.optimizers, 3);
}

}  // namespace
