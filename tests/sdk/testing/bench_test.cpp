// SPDX-License-Identifier: Apache-2.0
// The fixture for tests of methods tells right gradients from wrong ones.
#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/nn/layers.hpp"
#include "sslhost/testing.hpp"
#include "sslhost/training/gradients.hpp"
#include "sslhost/training/losses.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::testing {
namespace {

enum class Loss { right, detached, ignoring, noisy, own_gradients, two_updates };

class Entropy final : public Method {
 public:
  explicit Entropy(Loss loss) : loss_(loss) {}
  std::vector<Phase> phases(const Task&) const override { return {{.iterations = 1}}; }
  void build(Build& build) override {
    net_ = build.backbone("net");
    mean_ = build.state("mean", at::zeros({3}));
    optimizer_ = build.optimizer("adam", {&*net_}, {});
    parameters_ = build.parameters(optimizer_);
  }
  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto u = s.unlabeled();
    const auto supervised = cross_entropy(net_(x), y);
    auto unsure = entropy(net_(u));
    if (loss_ == Loss::detached) unsure = unsure * supervised.detach();
    if (loss_ == Loss::ignoring) unsure = at::zeros_like(unsure);
    if (loss_ == Loss::noisy) unsure = entropy(net_(u + s.normal("r", u.sizes())));
    s.log("entropy", unsure);
    if (loss_ == Loss::own_gradients)
      return s.update_with(optimizer_, gradients(supervised + unsure, parameters_), "own");
    if (loss_ == Loss::two_updates) {
      s.update(optimizer_, supervised);
      return s.update(optimizer_, unsure);
    }
    s.update(optimizer_, supervised + unsure);
  }

 private:
  Loss loss_;
  Network net_;
  Optimizer optimizer_;
  std::vector<Tensor> parameters_;
  Tensor mean_;
};

Bench bench_of(Loss loss) {
  const Task task{
      .classes = 3, .channels = 1, .height = 2, .width = 4, .labeled = 6, .unlabeled = 10};
  Bench bench(std::make_unique<Entropy>(loss), task);
  bench.step().give_labeled(random::normal({6, 1, 2, 4}, 1, c10::kCPU), at::arange(6).remainder(3));
  bench.step().give_unlabeled(random::normal({10, 1, 2, 4}, 3, c10::kCPU));
  return bench;
}

TEST(Bench, RightGradientsAgreeWithFiniteDifferences) {
  EXPECT_LT(bench_of(Loss::right).gradient_error(), 0.02);
  EXPECT_LT(bench_of(Loss::noisy).gradient_error(), 0.02) << "a step made again draws the same";
}

TEST(Bench, EachOfSeveralUpdatesOfOneNetworkIsChecked) {
  EXPECT_LT(bench_of(Loss::two_updates).gradient_error(), 0.02);
}

TEST(Bench, AGradientThatLeavesSomethingOutDoesNot) {
  EXPECT_GT(bench_of(Loss::detached).gradient_error(), 0.05);
}

TEST(Bench, UnlabeledImagesGiveAGradientWhereTheyCount) {
  EXPECT_GT(bench_of(Loss::right).unlabeled_gradient(), 1e-4);
  EXPECT_EQ(bench_of(Loss::ignoring).unlabeled_gradient(), 0);
}

TEST(Bench, WatchingOneViewLeavesTheBatchOfAllViews) {
  auto bench = bench_of(Loss::right);
  bench.unlabeled_gradient({.view = "a"});
  bench.step().give_unlabeled(at::ones({10, 1, 2, 4}));
  EXPECT_EQ(bench.step().unlabeled({.view = "a"}).min().item<float>(), 1);
}

TEST(Bench, AStepChangesNothingAndIsTheSameAgain) {
  auto bench = bench_of(Loss::noisy);
  const auto once = bench.loss().item<float>();
  EXPECT_EQ(bench.loss().item<float>(), once);
  EXPECT_EQ(bench.step().updates().size(), 1U);
  EXPECT_GT(bench.step().logged("entropy").item<float>(), 0);
  EXPECT_TRUE(at::equal(bench.build().state_of("mean"), at::zeros({3})));
  bench.step().set_time(1, 4);
  EXPECT_NE(bench.loss().item<float>(), once) << "another iteration draws anew";
  EXPECT_EQ(bench.step().progress().item<float>(), 0.25F);
}

TEST(Bench, GradientsOfTheMethodsOwnAreKept) {
  auto own = bench_of(Loss::own_gradients), right = bench_of(Loss::right);
  expect_failure(ExitCode::usage, "at least one update by a loss", [&] { own.loss(); });
  ASSERT_EQ(own.step().updates().size(), 1U);
  const auto& update = own.step().updates()[0];
  EXPECT_EQ(update.term, "own");
  const auto expected = gradients(right.loss(), right.build().parameters(update.optimizer));
  ASSERT_EQ(update.gradients.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(at::equal(update.gradients[i], expected[i]));
}

TEST(Bench, LearnedTensorsAreParameters) {
  FakeBuild build({.classes = 3, .channels = 1, .height = 1, .width = 2}, "mlp-plain-4");
  const auto temperature = build.state("temperature", at::ones({}), Keep::model);
  const auto found = build.parameters(build.optimizer("adam", {{temperature, 0.1}}, {}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].requires_grad() && found[0].is_same(temperature));
}

TEST(Bench, ABatchThatWasNotGivenIsNamed) {
  const Task task{.classes = 3, .channels = 1, .height = 1, .width = 2};
  Bench bench(std::make_unique<Entropy>(Loss::right), task);
  expect_failure(ExitCode::usage, "give_labeled() in the test", [&] { bench.loss(); });
}

TEST(FiniteDifferences, AgreeWithAutogradToEightDigits) {
  const auto x = at::arange(1, 7, at::kDouble).view({2, 3}).mul_(0.3).requires_grad_(true);
  const auto f = [](const Tensor& v) { return (v.sin() * v.exp()).sum(); };
  const auto exact = gradients(f(x), {x})[0];
  EXPECT_TRUE(at::allclose(finite_differences(f, x), exact, 1e-8, 1e-8));
}

TEST(FiniteDifferences, OfAFunctionThatTakesGradientsItself) {
  const auto f = [](const Tensor& x) {  // d/dx x³ = 3 x²
    const auto y = x.detach().requires_grad_(true);
    return gradients(y.pow(3).sum(), {y})[0].sum();
  };
  const auto x = at::tensor({0.5, -2.}, at::kDouble);
  EXPECT_TRUE(at::allclose(finite_differences(f, x, 1e-4), 6 * x, 1e-6));
}

/// As under the host: what is not the same layer draws something else in a scope.
TEST(FakeBuild, LayersDrawByTheirNamesInAScope) {
  struct TwoDropouts : Module {
    TwoDropouts() {
      first = register_module("first", std::make_shared<Dropout>(0.5));
      second = register_module("second", std::make_shared<Dropout>(0.5));
    }
    std::shared_ptr<Dropout> first, second;
  };
  FakeBuild build({.classes = 2, .channels = 1, .height = 1, .width = 1}, "mlp-plain-4");
  Build& interface = build;
  const auto net = interface.module("net", std::make_shared<TwoDropouts>());
  FakeStep step;
  step.begin();
  const auto scope = step.noise("n", true);
  const auto x = at::ones({64});
  EXPECT_TRUE(at::equal(net->first->forward(x), net->first->forward(x)));
  EXPECT_FALSE(at::equal(net->first->forward(x), net->second->forward(x)));
}

}  // namespace
}  // namespace sslhost::testing
