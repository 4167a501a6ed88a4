// SPDX-License-Identifier: Apache-2.0
// A state with one value for each unlabeled sample: what it is indexed by, and that it survives.
// That it resumes to the same bits and waits for nothing, the conformance suite shows.
#include "tests/methods/flexmatch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <map>
#include <set>

#include <gmock/gmock.h>

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include "tests/conformance/stepper.hpp"

namespace {

using sslhost::testing::Stepper;
using sslhost::testing::WatchedStep;

std::vector<float> thresholds_of(std::initializer_list<int64_t> selected, int64_t classes) {
  const auto t =
      class_thresholds(at::tensor(std::vector<int64_t>(selected)), at::arange(classes), 0.9);
  return {t.const_data_ptr<float>(), t.const_data_ptr<float>() + t.numel()};
}

TEST(ClassThresholds, FallWithTheShareOfTheClassSelectedMost) {
  // beta 1, 1/2, 0; beta / (2 - beta) is 1, 1/3, 0.
  const auto found = thresholds_of({0, 0, 0, 0, 1, 1}, 3);
  EXPECT_FLOAT_EQ(found[0], 0.9F);
  EXPECT_FLOAT_EQ(found[1], 0.3F);
  EXPECT_FLOAT_EQ(found[2], 0);
}

TEST(ClassThresholds, AreLowWhileMostSamplesWereNeverSelected) {
  // 4 of 6 unused: beta 2/4 and 0.
  const auto found = thresholds_of({1, -1, -1, 1, -1, -1}, 2);
  EXPECT_FLOAT_EQ(found[0], 0);
  EXPECT_FLOAT_EQ(found[1], 0.3F);
}

TEST(PerSampleState, PositionsNameTheSameImageInEveryIteration) {
  Stepper stepper("flexmatch");
  std::map<int64_t, Tensor> seen;
  int again = 0;
  stepper.run(6, [&](Method& method, WatchedStep& step) {
    method.step(step);
    const auto index = step.index({});
    const auto images = step.unlabeled({.view = "weak"});
    ASSERT_EQ(index.size(0), images.size(0));
    for (int64_t i = 0; i < index.size(0); ++i) {
      const auto [entry, first] = seen.emplace(index[i].item<int64_t>(), images[i]);
      EXPECT_TRUE(at::equal(entry->second, images[i])) << "position " << entry->first;
      if (!first) ++again;
    }
  });
  EXPECT_GT(again, 100) << "300 samples, 6 batches of 128";
}

TEST(PerSampleState, ChangesForTheSamplesOfTheBatchAlone) {
  Stepper stepper("flexmatch", {{"threshold", "0.001"}});  // every prediction is sure enough
  const auto selected = stepper.tensor("selected");
  std::set<int64_t> expected;
  stepper.run(2, [&](Method& method, WatchedStep& step) {
    method.step(step);
    const auto index = step.index({});
    for (int64_t i = 0; i < index.size(0); ++i) expected.insert(index[i].item<int64_t>());
    for (int64_t n = 0; n < selected.size(0); ++n)
      EXPECT_EQ(selected[n].item<int64_t>() >= 0, expected.contains(n)) << "sample " << n;
  });
  EXPECT_LT(expected.size(), 300U);
}

}  // namespace
