// SPDX-License-Identifier: Apache-2.0
// What the steps of any method must keep to, seen from inside: inputs, labels, unlabeled data,
// waits.
#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "tests/conformance/stepper.hpp"

namespace sslhost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!at::equal(a[i], b[i])) return false;
  return true;
}

std::vector<Tensor> trained(Stepper& stepper) {
  stepper.run(8);
  return stepper.parameters();
}

/// All unlabeled streams of all phases, by name.
std::set<std::string> unlabeled_streams(const Stepper& stepper) {
  std::set<std::string> names;
  for (const auto& phase : stepper.phases())
    for (const auto& stream : phase.streams)
      if (stream.pool == Pool::unlabeled) names.insert(stream.name);
  return names;
}

class MethodSteps : public ::testing::TestWithParam<std::string> {};

TEST_P(MethodSteps, TrainSomething) {
  Stepper stepper(GetParam());
  const auto before = stepper.parameters();
  EXPECT_FALSE(same(trained(stepper), before));
}

TEST_P(MethodSteps, LabelsOfUnlabeledAndTestSamplesChangeNothing) {
  Stepper clean(GetParam()), poisoned(GetParam());
  poisoned.poison(/*labeled=*/false, /*others=*/true);
  EXPECT_TRUE(same(trained(clean), trained(poisoned)));
}

TEST_P(MethodSteps, LabelsOfLabeledSamplesCount) {
  Stepper clean(GetParam()), poisoned(GetParam());
  poisoned.poison(/*labeled=*/true, /*others=*/false);
  EXPECT_FALSE(same(trained(clean), trained(poisoned)))
      << "then the poisoning above proves nothing either";
}

// The classic defect of this field: unlabeled data that are read and then ignored.
TEST_P(MethodSteps, EveryDeclaredUnlabeledStreamReachesTheWeights) {
  Stepper usual(GetParam());
  const auto expected = trained(usual);
  const auto streams = unlabeled_streams(usual);
  if (streams.empty()) GTEST_SKIP() << GetParam() << " declares no unlabeled stream";
  for (const auto& name : streams) {
    Stepper other(GetParam());
    other.run(8, [&](Method& method, WatchedStep& step) {
      step.replace = [&](const std::string& stream, const Tensor& images) {
        return stream == name ? images.flip({3}) : images;
      };
      method.step(step);
    });
    EXPECT_FALSE(same(other.parameters(), expected)) << "stream '" << name << "'";
  }
}

TEST_P(MethodSteps, UnlabeledImagesGiveAGradientInEveryPhaseThatDeclaresThem) {
  if (!by_iterations(GetParam())) GTEST_SKIP() << GetParam() << " takes no gradient";
  // Long enough for pseudo-labels to become sure.
  Stepper stepper(GetParam(), {{"iterations", "200"}});
  EXPECT_THAT(stepper.probed(), IsEmpty());
}

TEST_P(MethodSteps, InputsAreLeftAsTheyWereGiven) {
  if (!by_iterations(GetParam())) GTEST_SKIP() << GetParam() << " has no steps";
  Stepper stepper(GetParam());
  int looked_at = 0;
  stepper.run(3, [&](Method& method, WatchedStep& step) {
    method.step(step);
    for (const auto& [tensor, version] : step.given) {
      EXPECT_EQ(tensor._version(), version);
      EXPECT_FALSE(tensor.requires_grad());
      ++looked_at;
    }
  });
  EXPECT_GT(looked_at, 0);
}

TEST_P(MethodSteps, NothingWaitsForTheDeviceOrForgetsIt) {
  if (!by_iterations(GetParam())) GTEST_SKIP() << GetParam() << " has no steps";
  Stepper stepper(GetParam());
  stepper.run(3, [&](Method& method, WatchedStep& step) {
    const WaitObserver observer;
    method.step(step);
    EXPECT_THAT(observer.seen(), IsEmpty());
  });
}

// Reductions are cut up by thread count, so that the bits depend on it; what is drawn does not.
TEST_P(MethodSteps, ThreadCountChangesRoundingAndNothingElse) {
  OptionTexts plain = {{"model", "mlp-64-64"}};  // Adam would divide rounding by rounding
  for (const auto& name : option_names(GetParam()))
    if (name.ends_with("optimizer")) plain.emplace_back(name, "sgd");
  const auto with = [&](const char* threads) {
    auto options = plain;
    options.emplace_back("threads", threads);
    Stepper stepper(GetParam(), options);
    return trained(stepper);
  };
  const auto one = with("1"), two = with("2"), two_again = with("2");
  at::set_num_threads(1);
  EXPECT_TRUE(same(two, two_again));
  for (size_t i = 0; i < one.size(); ++i)
    EXPECT_TRUE(at::allclose(one[i], two[i], 1e-4, 5e-5))
        << (one[i] - two[i]).abs().max().item<float>();
}

INSTANTIATE_TEST_SUITE_P(Methods, MethodSteps, ::testing::ValuesIn(methods()),
                         [](const auto& method) {
                           auto name = method.param;
                           for (auto& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(WaitObserver, SeesWhatItIsThereFor) {
  const auto x = at::ones({3}, at::dtype(at::kFloat).device(at::kCPU));
  const WaitObserver observer;
  EXPECT_THAT(observer.seen(), IsEmpty());
  x.sum().item<float>();
  x.masked_select(x > 0);
  at::zeros_like(x);
  at::zeros({2}, at::dtype(at::kFloat).device(at::kCPU));
  EXPECT_THAT(observer.seen(),
              ElementsAre("aten::_local_scalar_dense", "aten::item", "aten::masked_select"));
  at::arange(3);
  EXPECT_TRUE(observer.seen().contains("aten::arange without device"));
}

}  // namespace
}  // namespace sslhost::testing
