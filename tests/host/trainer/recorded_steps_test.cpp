// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/recorded_steps.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/device/pretend/pretend_device.hpp"
#include "host/device/pretend/use.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// weight += rate · input, on the pretend device; the input changes from step to step.
class RecordedStep : public ::testing::Test {
 protected:
  Tensor zeros() const { return at::zeros({3}, at::dtype(at::kFloat).device(pretend_device())); }
  RecordedSteps steps(bool promised = true) {
    return {pretend_device(), promised, [this] { return NamedTensors{{"weight", weight}}; }};
  }
  /// Makes `count` steps; how often the step itself ran.
  int run(RecordedSteps& steps, int count, const std::function<void()>& step) {
    int made = 0;
    for (int i = 0; i < count; ++i) {
      input.fill_(++number);
      const auto why = steps.run(
          [&] {
            ++made;
            step();
          },
          watched, [] {});
      if (!why.empty()) told.push_back(why);
    }
    return made;
  }
  float value() const { return weight.select(0, 0).item<float>(); }

  Tensor weight = zeros(), input = zeros();
  int number = 0;
  bool watched = false;
  std::vector<std::string> told;
};

TEST_F(RecordedStep, IsReplayedAfterItWasCompared) {
  auto recorded = steps();
  // Three to warm up, one to record, one to compare; the others are replays.
  EXPECT_EQ(run(recorded, 10, [&] { weight.add_(input.mul(2)); }), 5);
  EXPECT_TRUE(recorded.replays());
  EXPECT_EQ(value(), 2 * 55) << "with the inputs of each step";
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(RecordedStep, IsMadeWhereNothingIsPromised) {
  auto recorded = steps(/*promised=*/false);
  EXPECT_EQ(run(recorded, 10, [&] { weight.add_(input); }), 10);
  RecordedSteps here(at::kCPU, true, [] { return NamedTensors{}; });
  EXPECT_EQ(run(here, 10, [&] { weight.add_(input); }), 10);
}

TEST_F(RecordedStep, IsMadeWhileTheHostWatches) {
  auto recorded = steps();
  run(recorded, 6, [&] { weight.add_(input); });
  watched = true;
  EXPECT_EQ(run(recorded, 3, [&] { weight.add_(input); }), 3);
  watched = false;
  EXPECT_EQ(run(recorded, 3, [&] { weight.add_(input); }), 0);
  EXPECT_EQ(value(), 78);
}

TEST_F(RecordedStep, IsRecordedAnewAfterForgetting) {
  auto recorded = steps();
  run(recorded, 6, [&] { weight.add_(input); });
  recorded.forget();
  EXPECT_EQ(run(recorded, 3, [&] { weight.add_(input); }), 2) << "recorded, compared, replayed";
  EXPECT_EQ(value(), 45);
}

TEST_F(RecordedStep, ThatTakesANumberFromTheHostIsNotReplayed) {
  auto recorded = steps();
  EXPECT_EQ(run(recorded, 10, [&] { weight.add_(number); }), 10);
  EXPECT_EQ(value(), 55) << "as if never recorded";
  ASSERT_EQ(told.size(), 1U) << "once";
  EXPECT_THAT(told[0], AllOf(HasSubstr("gives other bits"), HasSubstr("'weight'")));
}

TEST_F(RecordedStep, ThatWaitsIsNotRecorded) {
  auto recorded = steps();
  const auto waits = [&] {
    weight.add_(input);
    weight.add_(input.sum().item<float>());
  };
  EXPECT_EQ(run(recorded, 10, waits), 11) << "one attempt was stopped in the middle";
  EXPECT_EQ(value(), 4 * 55);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], AllOf(HasSubstr("cannot be recorded"), HasSubstr("item()")));
}

TEST_F(RecordedStep, ThatMakesNaNIsReplayedAllTheSame) {
  auto recorded = steps();
  weight.fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(run(recorded, 10, [&] { weight.add_(input); }), 5);
}

}  // namespace
}  // namespace sslhost::host
