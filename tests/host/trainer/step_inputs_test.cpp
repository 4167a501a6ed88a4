// SPDX-License-Identifier: Apache-2.0
// What a step is a function of: its inputs, names and scopes.
#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/host/trainer/steps.hpp"

namespace sslhost::host {
namespace {

TEST_F(Steps, InputsKeepTheirAddressesAndAreWrittenBeforeTheStep) {
  const auto iteration = step.iteration(), progress = step.progress();
  const auto* rate = registry.at(adam).learning_rates().front().const_data_ptr<float>();
  EXPECT_EQ(iteration.item<int64_t>(), 0);
  registry.begin_iteration(7, 10);
  at(7);
  EXPECT_EQ(step.iteration().const_data_ptr(), iteration.const_data_ptr());
  EXPECT_EQ(step.progress().const_data_ptr(), progress.const_data_ptr());
  EXPECT_EQ(iteration.item<int64_t>(), 7) << "the tensor that a method kept";
  EXPECT_EQ(progress.item<float>(), 0.7F);
  EXPECT_EQ(registry.at(adam).learning_rates().front().const_data_ptr<float>(), rate);
}

// What a replayed graph relies on: with the inputs of an iteration written, a step gives what it
// gives in a run that came there in order.
TEST_F(Steps, AStepDependsOnItsInputsAlone) {
  const auto seen = [](TrainingStep& s) {
    return std::vector<Tensor>{
        s.labeled({}).images.clone(), s.unlabeled({.stream = "real"}).clone(),
        s.index({.stream = "more"}),  s.normal("n", {5}),
        s.bernoulli("b", 0.5, {40}),  s.beta("beta", 0.75, 0.75, {8}),
        s.permutation("p", 12)};
  };
  for (int64_t i = 0; i < 7; ++i) {
    at(i);
    seen(step);
  }
  TrainingStep fresh(phase, data, registry, losses, log, 3);
  fresh.begin_iteration(6);
  at(6);
  const auto a = seen(step), b = seen(fresh);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << i;
  fresh.begin_iteration(8);
  const auto later = seen(fresh);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_FALSE(at::equal(a[i], later[i])) << i;
}

TEST_F(Steps, BernoulliBetaAndPermutationAreWhatTheyAreCalled) {
  const auto coins = step.bernoulli("b", 0.25, {40000});
  EXPECT_NEAR(coins.mean().item<double>(), 0.25, 0.01);
  EXPECT_TRUE(coins.eq(0).logical_or(coins.eq(1)).all().item<bool>());
  const auto beta = step.beta("beta", 2, 6, {40000}).to(at::kDouble);  // mean 1/4, variance 1/48
  EXPECT_NEAR(beta.mean().item<double>(), 0.25, 0.003);
  EXPECT_NEAR(beta.var().item<double>(), 1.0 / 48, 0.0006);
  const auto order = step.permutation("p", 1000);
  EXPECT_TRUE(at::equal(std::get<0>(order.sort()), at::arange(1000)));
  EXPECT_FALSE(at::equal(order, at::arange(1000)));
}

TEST_F(Steps, EvaluationScopesArePassesOfTestTime) {
  const auto x = step.unlabeled({.stream = "real"});
  Tensor inside;
  {
    const auto scope = step.evaluate(*net);
    inside = net(x);
    EXPECT_TRUE(at::equal(inside, net(x))) << "no dropout is drawn";
    EXPECT_TRUE(other->is_training());
  }
  EXPECT_TRUE(net->is_training());
  EXPECT_FALSE(at::equal(inside, net(x)));
}

TEST_F(Steps, DrawsDependOnNameAndIterationAlone) {
  const auto first = step.normal("d", {3, 4});
  EXPECT_FALSE(at::equal(first, step.normal("e", {3, 4})));
  at(5);
  EXPECT_FALSE(at::equal(first, step.normal("d", {3, 4})));
  step.uniform("x", {100});
  at(0);
  EXPECT_TRUE(at::equal(first, step.normal("d", {3, 4})));
}

TEST_F(Steps, DrawsOfLibTorchsOwnGeneratorDependOnTheIterationToo) {
  const auto first = at::rand({4});
  at(1);
  EXPECT_FALSE(at::equal(first, at::rand({4})));
  at(0);
  EXPECT_TRUE(at::equal(first, at::rand({4})));
}

TEST_F(Steps, PassesInNoiseScopesOfOneNameShareTheirMasks) {
  const auto x = step.unlabeled({.stream = "real"});
  const auto pass = [&](std::string_view name) {
    const auto scope = step.noise(name, !name.empty());
    return net(x);
  };
  const auto a = pass("a");
  EXPECT_FALSE(at::equal(a, pass(""))) << "fresh outside";
  EXPECT_FALSE(at::equal(a, pass("b")));
  EXPECT_TRUE(at::equal(a, pass("a")));
  const auto outer = step.noise("a", true);
  pass("b");
  EXPECT_TRUE(at::equal(a, net(x))) << "the outer scope is back";
}

TEST_F(Steps, ProgressIsTheFractionOfThePhaseThatIsDone) {
  EXPECT_EQ(step.progress().item<float>(), 0);
  at(5);
  EXPECT_EQ(step.progress().item<float>(), 0.5);
}

TEST_F(Steps, LossesAndLoggedValuesAreAveragedOverTheWindow) {
  step.log("value", at::full({}, 1.0f));
  at(1);
  step.log("value", at::full({}, 2.0, at::kDouble));
  const auto means = log.take();
  ASSERT_EQ(means.size(), 1U);
  EXPECT_EQ(means[0], (std::pair<std::string, double>("value", 1.5)));
  EXPECT_TRUE(log.take().empty()) << "a new window";
}

}  // namespace
}  // namespace sslhost::host
