// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/weak_strong.hpp"

#include <ATen/ops/tensor.h>

#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

using namespace sslhost;
using sslhost::testing::kClasses;
using sslhost::testing::small_task;

TEST(WeakStrongPhase, UnlabeledBatchIsAMultipleOfTheLabeledOneWithinThePool) {
  Task task = small_task(1000);
  const auto batches = [&] {
    const auto phase = common::weak_strong_phase({}, {}, task);
    return std::pair(phase.streams.at(0).batch, phase.streams.at(1).batch);
  };
  EXPECT_EQ(batches(), (std::pair<int64_t, int64_t>(6, 42)));
  task.unlabeled = 10;
  EXPECT_EQ(batches(), (std::pair<int64_t, int64_t>(6, 10)));
}

TEST(WeakStrongPhase, OneUnlabeledStreamIsSeenWeakAndStrong) {
  const auto phase = common::weak_strong_phase({}, {}, small_task(1000));
  ASSERT_EQ(phase.streams.size(), 2U);
  ASSERT_EQ(phase.streams[1].views.size(), 2U);
  EXPECT_EQ(phase.streams[0].views.at(0).augment, Augment::weak);
  EXPECT_EQ(phase.streams[1].views[0].augment, Augment::weak);
  EXPECT_EQ(phase.streams[1].views[1].augment, Augment::strong);
  EXPECT_TRUE(phase.static_step);
}

TEST(WeightedCrossEntropy, IsDividedByAllSamples) {
  const auto logits = at::tensor({0., std::log(3.), 0., 0.}).view({2, 2});
  const auto loss =
      common::weighted_cross_entropy(logits, at::tensor({0, 1}, at::kLong), at::tensor({0.5, 0.}));
  EXPECT_NEAR(loss.item<double>(), 0.5 * std::log(4.) / 2, 1e-12);
}

TEST(WeightedCrossEntropy, TakesProbabilitiesToo) {
  const auto logits = at::tensor({0., std::log(3.)}).view({1, 2});
  const auto loss =
      common::weighted_cross_entropy(logits, at::tensor({0.2, 0.8}).view({1, 2}), at::tensor({1.}));
  EXPECT_NEAR(loss.item<double>(), 0.2 * std::log(4.) + 0.8 * std::log(4. / 3), 1e-12);
}

class WeakStrongLogits : public sslhost::testing::WeakStrongFixture {};

TEST_F(WeakStrongLogits, AreThoseOfEachBatch) {
  const auto logits = common::weak_strong_logits(step, Network(net), step.x);
  const auto n = hand();
  const auto expect = [&](const Tensor& found, const Tensor& images) {
    const auto p = sslhost::testing::by_hand::values(found.softmax(1));
    const auto expected = probabilities(n, images);
    for (size_t i = 0; i < p.size(); ++i)
      EXPECT_NEAR(p[i], expected[i / kClasses][i % kClasses], 1e-12);
  };
  expect(logits.labeled, step.x);
  expect(logits.weak, weak());
  expect(logits.strong, strong());
  expect_the_weak_pass_alone_recorded_and_constant();
}

}  // namespace
