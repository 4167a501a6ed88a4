// SPDX-License-Identifier: Apache-2.0
// Each mistake that ends no run by itself, as a step makes it; and what looks like one and is none.
#include "host/trainer/step_habits.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/core/grad_mode.h>

#include "sslhost/nn/layers.hpp"

#include "host/model/evaluation_mode.hpp"
#include "tests/host/trainer/steps.hpp"
#include "tests/host/trainer/toy_run.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kEnough = 5;

class Habits : public Steps {
 protected:
  using Body = std::function<void()>;
  /// What is said after a phase of such steps. Made anew: build() is over then.
  std::vector<std::string> findings_of(const Body& body, int64_t iterations = kEnough,
                                       bool last = true, bool resumed = false) {
    StepHabits habits(registry);
    if (resumed) habits.resumed();
    habits.begin_phase(phase, last);
    for (int64_t i = 0; i < iterations; ++i) {
      step.begin_iteration(i, nullptr, &habits);
      body();
      step.end_iteration();
    }
    return habits.findings(/*over=*/true);
  }
  Step& s = step;  // with its defaults
  Tensor loss() { return loss_of(net); }
  void train() { s.update(adam, loss()); }
  static constexpr auto kNothing = [] {};
};

TEST_F(Habits, AStepThatTrainsIsNotSpokenOf) {
  EXPECT_THAT(findings_of([&] {
                const auto statistics = s.record_statistics(*net);
                s.normal("one", {2});
                s.uniform("two", {2});
                train();
              }),
              IsEmpty());
}

TEST_F(Habits, ScopesThatEndAtOnceAreRefused) {
  const std::pair<std::string, Body> dropped[] = {
      {"Step::noise(\"x\")", [&] { static_cast<void>(s.noise("x")); }},
      {"Step::record_statistics", [&] { static_cast<void>(s.record_statistics(*net)); }},
      {"Step::evaluate", [&] { static_cast<void>(s.evaluate(*net)); }}};
  for (const auto& [call, drop] : dropped)
    for (const int64_t iterations : {int64_t{1}, kEnough, kEnough + 1})
      EXPECT_THAT(refusal([&] { findings_of([&] { drop(), train(); }, iterations); }),
                  AllOf(HasSubstr(call + " in phase 'train'"), HasSubstr("`const auto scope = s.")))
          << iterations;
}

TEST_F(Habits, ScopesMayBeEmptyNowAndThen) {
  int count = 0;
  EXPECT_THAT(findings_of(
                  [&] {
                    const at::NoGradGuard constant;
                    const auto scope = s.noise("x");
                    if (++count == 3) net(s.labeled({}).images);
                  },
                  kEnough, /*last=*/false),
              Contains(HasSubstr("no step calls")).Times(1));
  EXPECT_THAT(findings_of([&] {
                static_cast<void>(s.noise("x", false));
                static_cast<void>(s.record_statistics(*net, false));
                train();
              }),
              IsEmpty())
      << "switched off, they are no scopes";
}

TEST_F(Habits, ANameIsDrawnOnceAStep) {
  EXPECT_THAT(refusal([&] {
                findings_of([&] {
                  s.normal("direction", {2});
                  s.bernoulli("direction", 0.5, {2});
                });
              }),
              AllOf(HasSubstr("phase 'train'"), HasSubstr("'direction' twice")));
}

TEST_F(Habits, AStepWithoutAnyUpdateIsPointedOut) {
  EXPECT_THAT(findings_of(kNothing),
              Contains(HasSubstr("phase 'train': no step calls Step::update")));
  int count = 0;
  EXPECT_THAT(findings_of([&] {
                if (++count == 2) train();
              }),
              IsEmpty());
}

TEST_F(Habits, UpdatesOfFrozenParametersArePointedOut) {
  for (auto& p : net->parameters()) p.set_requires_grad(false);
  EXPECT_THAT(findings_of([&] { train(); }),
              ElementsAre(HasSubstr("all parameters of optimizer 'adam' are frozen")));
  net->parameters()[0].set_requires_grad(true);
  EXPECT_THAT(findings_of([&] { train(); }), IsEmpty());
}

TEST_F(Habits, TwoOptimizersOfTheSameParametersArePointedOut) {
  const auto again = registry.optimizer("again", {&*net}, {});
  EXPECT_THAT(findings_of([&] { s.update(again, loss()); }), IsEmpty()) << "the other one rests";
  EXPECT_THAT(findings_of([&] {
                train();
                s.update(again, loss());
              }),
              ElementsAre(HasSubstr("optimizers 'adam' and 'again' both update")));
  EXPECT_THAT(findings_of([&] {
                train();
                s.update(adam2, loss_of(other));
              }),
              IsEmpty());
}

TEST_F(Habits, AModuleOfAnOptimizerThatIsInNoLossIsNamed) {
  const auto extra = registry.module("extra", std::make_shared<Linear>(2, 3));
  const auto both = registry.optimizer("both", {&*net, &*extra}, {});
  const auto unused = [&] { s.update(both, loss()); };
  EXPECT_THAT(findings_of(unused),
              ElementsAre(AllOf(HasSubstr("'extra' of optimizer 'both'"), HasSubstr("no loss"))));
  EXPECT_THAT(findings_of(unused, kEnough, /*last=*/false), IsEmpty()) << "its turn may come";
  EXPECT_THAT(findings_of(unused, kEnough, /*last=*/true, /*resumed=*/true), IsEmpty());
  EXPECT_THAT(findings_of([&] { s.update(both, loss() + 0 * extra->weight.sum()); }), IsEmpty());
}

TEST_F(Habits, AModuleThatNothingTrainsIsNamed) {
  const auto extra = registry.module("extra", std::make_shared<Linear>(2, 3));
  EXPECT_THAT(findings_of([&] { train(); }),
              ElementsAre(HasSubstr("module 'extra' is in no optimizer")));
  EXPECT_THAT(findings_of([&] {
                train();
                const at::NoGradGuard constant;
                extra->weight.copy_(at::ones({3, 2}));
              }),
              IsEmpty())
      << "the method changes it";
  for (auto& p : extra->parameters()) p.set_requires_grad(false);
  EXPECT_THAT(findings_of([&] { train(); }), IsEmpty()) << "frozen";
}

TEST_F(Habits, ATensorOfNoModuleInALossIsNamed) {
  const auto stray = std::make_shared<Linear>(2, 3);
  EXPECT_THAT(findings_of([&] { s.update(adam, loss() + stray->weight.sum()); }),
              ElementsAre(AllOf(HasSubstr("a loss depends on a tensor [3, 2]"),
                                HasSubstr("Build::module()"))));
  EXPECT_THAT(findings_of([&] { s.update(adam, loss() + stray->weight.detach().sum()); }),
              IsEmpty());
  const auto z = registry.state("z", at::ones({3}), Keep::model);
  const auto learned = registry.optimizer("z", {z}, {});
  EXPECT_THAT(findings_of([&] { s.update(learned, loss() + z.sum()); }), IsEmpty()) << "a state";
}

TEST_F(Habits, ATeacherNeedsNoOptimizer) {
  const auto teacher = registry.backbone("teacher", {.dropout = 0.5});
  registry.ema_teacher(*teacher, *net, {});
  EXPECT_THAT(findings_of([&] { train(); }), IsEmpty());
}

TEST_F(Habits, AModeThatAStepLeavesChangedIsPointedOut) {
  EXPECT_THAT(findings_of([&] {
                net->eval();
                train();
              }),
              ElementsAre(AllOf(HasSubstr("a step leaves 'net' in evaluation mode"),
                                HasSubstr("s.evaluate("))));
  EXPECT_THAT(findings_of([&] {
                net->train();
                train();
              }),
              ElementsAre(HasSubstr("a step leaves 'net' in training mode")))
      << "it was out of training when the phase began";
  EXPECT_THAT(findings_of([&] {
                {
                  const auto scope = s.evaluate(*net);
                  net(s.labeled({}).images);
                }
                net->eval();
                net->train();
                train();
              }),
              IsEmpty());
}

TEST(TrainerHabits, AreWarnedOfOnceAndHaveTheMethodsName) {
  ToyRun run;
  run.method.plan = {Toy::phase("first", 8), Toy::phase("second", 2)};
  run.method.at_step = [&](Step&) { run.method.net->eval(); };
  run.trainer().run();
  EXPECT_THAT(run.events.warnings,
              ElementsAre(AllOf(HasSubstr("method toy, phase 'first': a step leaves 'net'")),
                          HasSubstr("phase 'second'")));
}

TEST(TrainerHabits, EndARunWithinItsFirstIterations) {
  ToyRun run;
  run.method.at_step = [](Step& s) { static_cast<void>(s.noise("masks")); };
  EXPECT_THAT(failure_text(ExitCode::plugin, [&] { run.trainer().run(); }),
              HasSubstr("Step::noise(\"masks\") in phase 'train'"));
  EXPECT_EQ(run.method.count, kEnough);
}

}  // namespace
}  // namespace sslhost::host
