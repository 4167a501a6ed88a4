// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/gradient_means.hpp"

#include <string>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/training/gradients.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;

/// One of two ranks, of which the other has three times as much in all; writes down what it is
/// asked, and adds when somebody waits.
class Recording final : public ProcessGroup {
 public:
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void sum(const Tensor& tensor) override { tensor.mul_(4); }
  std::unique_ptr<Sum> begin_sum(const Tensor& tensor) override {
    events.push_back("begin " + std::to_string(tensor.numel()));
    return std::make_unique<Later>(tensor, events);
  }
  void wait_for_all(std::chrono::seconds /*most*/) override {}

  std::vector<std::string> events;

 private:
  struct Later final : Sum {
    Later(const Tensor& t, std::vector<std::string>& e) : tensor(t), events(e) {}
    void wait() override {
      events.push_back("wait " + std::to_string(tensor.numel()));
      tensor.mul_(4);
    }
    Tensor tensor;
    std::vector<std::string>& events;
  };
};

/// Three layers, in the order of registration; the last two are a piece each.
class Layers : public ::testing::Test {
 protected:
  static Tensor weights(int64_t in, int64_t out, double value) {
    return at::full({in, out}, value).requires_grad_();
  }
  Tensor first = weights(2, 1024, 0.5), second = weights(1024, 1024, 0.001),
         third = weights(1024, 1100, 0.002);
  Recording group;
  Tensor loss = at::scalar_tensor(3.0F);

  Tensor output() const { return at::ones({1, 2}).mm(first).mm(second).mm(third).sum(); }
  std::vector<Tensor> found() const {
    return gradients(output(), {first, second, third}, {.allow_unused = true});
  }
};

TEST_F(Layers, AreSentWhileTheEarlierOnesAreComputed) {
  GradientMeans means({first, second, third}, group);
  // A gradient of the first layer is the last to be found.
  const auto note = [&](const at::TensorBase&) { group.events.emplace_back("first layer"); };
  first.register_hook(note);
  const auto expected = found();
  group.events.clear();
  const auto mean = means.of([&] { return found(); }, loss);
  EXPECT_THAT(group.events, ElementsAre("begin 1126401", "begin 1048576", "first layer",
                                        "begin 2048", "wait 1126401", "wait 1048576", "wait 2048"));
  ASSERT_EQ(mean.size(), 3U);
  for (size_t i = 0; i < mean.size(); ++i) EXPECT_TRUE(at::equal(mean[i], 2 * expected[i])) << i;
  EXPECT_EQ(loss.item<float>(), 6);
}

TEST_F(Layers, ThatAreFrozenOrUnusedStayUndefinedAndHoldUpNobodyForGood) {
  third.requires_grad_(false);
  auto unused = weights(1024, 1024, 1);
  GradientMeans means({first, unused, second, third}, group);
  const auto compute = [&] {
    auto all = gradients(output(), {first, unused, second}, {.allow_unused = true});
    all.emplace_back();
    return all;
  };
  const auto mean = means.of(compute, loss);
  EXPECT_TRUE(mean[0].defined());
  EXPECT_FALSE(mean[1].defined());
  EXPECT_TRUE(mean[2].defined());
  EXPECT_FALSE(mean[3].defined());
  EXPECT_EQ(loss.item<float>(), 6);
  EXPECT_THAT(group.events, ElementsAre("begin 1", "begin 1048576", "begin 2048", "wait 1",
                                        "wait 1048576", "wait 2048"));
  third.requires_grad_(true);  // a method thaws it: a hook comes too
  group.events.clear();
  const auto later = means.of(
      [&] { return gradients(output(), {first, unused, second, third}, {.allow_unused = true}); },
      loss);
  EXPECT_TRUE(later[3].defined());
  EXPECT_EQ(group.events.front(), "begin 1126401");
}

TEST_F(Layers, OfOtherPassesAreLeftAlone) {
  GradientMeans means({first, second, third}, group);
  const auto own = found();  // such as a method's own, for itself
  EXPECT_THAT(group.events, ElementsAre());
  // Given, not computed: in the same pieces.
  Tensor no_loss;
  const auto mean = means.of([&] { return own; }, no_loss);
  EXPECT_FALSE(no_loss.defined());
  EXPECT_TRUE(at::equal(mean[1], 2 * own[1]));
  EXPECT_THAT(group.events, ElementsAre("begin 1126400", "begin 1048576", "begin 2048",
                                        "wait 1126400", "wait 1048576", "wait 2048"));
}

TEST_F(Layers, AreFreeOfHooksAfterwards) {
  {
    const GradientMeans means({first, second, third}, group);
  }
  found();
  EXPECT_THAT(group.events, ElementsAre());
}

TEST_F(Layers, ThatFailInTheMiddleBeginAnewNextTime) {
  GradientMeans means({first, second, third}, group);
  const auto fails = [&]() -> std::vector<Tensor> {
    found();
    throw std::runtime_error("no");
  };
  EXPECT_THROW(means.of(fails, loss), std::runtime_error);
  const auto expected = found();
  const auto mean = means.of([&] { return found(); }, loss);
  for (size_t i = 0; i < mean.size(); ++i) EXPECT_TRUE(at::equal(mean[i], 2 * expected[i])) << i;
}

}  // namespace
}  // namespace sslhost::host
