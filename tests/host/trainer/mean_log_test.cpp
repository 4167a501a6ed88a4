// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/mean_log.hpp"

#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/host/trainer/toy_run.hpp"

namespace sslhost::host {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

auto near(double value) { return DoubleNear(value, 1e-6); }

TEST(MeanLog, ValuesOfAVectorAreNumbered) {
  MeanLog log(at::kCPU);
  log.add("loss", at::scalar_tensor(3.0));
  log.add("share", at::tensor({0.25, 0.75}));
  log.add("share", at::tensor({0.75, 0.25}, at::kFloat));
  log.add("one", at::ones({1}));
  log.add("none", at::ones({0}));
  EXPECT_THAT(log.take(), ElementsAre(Pair("loss", 3), Pair("share_0", near(0.5)),
                                      Pair("share_1", near(0.5)), Pair("one_0", 1)));
  EXPECT_THAT(log.take(), IsEmpty());
  log.add("share", at::tensor({1.0, 0.0}));
  EXPECT_THAT(log.take(), ElementsAre(Pair("share_0", 1), Pair("share_1", 0)));
}

TEST(MeanLog, ANameKeepsToItsShape) {
  MeanLog log(at::kCPU);
  log.add("share", at::ones({2}));
  for (const auto& other : {at::ones({3}), at::ones({})})
    EXPECT_THROW(log.add("share", other), c10::Error);
  for (const auto& other : {at::ones({2, 2}), at::ones({1001})})
    EXPECT_THROW(log.add("other", other), c10::Error);
}

TEST(MeanLog, AWindowGoesOnAfterACheckpoint) {
  MeanLog first(at::kCPU), second(at::kCPU);
  first.add("share", at::tensor({1.0, 3.0}));
  first.add("loss", at::scalar_tensor(1.0));
  first.add("one", at::ones({1}));
  second.restore(first.state());
  for (auto* log : {&first, &second}) {
    log->add("share", at::tensor({3.0, 5.0}));
    log->add("one", at::ones({1}));
  }
  EXPECT_THAT(second.take(), ElementsAre(Pair("share_0", 2), Pair("share_1", 4), Pair("loss", 1),
                                         Pair("one_0", 1)));
}

/// Two ranks in one thread, of which the other has three times as much.
struct OtherRank final : detail::Ranks {
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void sum(const Tensor& tensor) override {
    ++sums;
    tensor.mul_(factor);
  }
  double factor = 4;
  int sums = 0;
};

TEST(MeanLog, SharedOnceALineItIsTheMeanOfTheRanks) {
  MeanLog log(at::kCPU);
  OtherRank ranks;
  log.share(ranks);
  EXPECT_EQ(ranks.sums, 0) << "nothing to share";
  log.monitor("loss");
  log.add("loss", at::scalar_tensor(1.0));
  log.add("share", at::tensor({1.0, 3.0}));
  log.add_fraction("right", at::scalar_tensor(1), at::scalar_tensor(2));
  const auto counts_too = log.tensors();
  log.share(ranks);  // of the other: sums and counts are three times these
  EXPECT_EQ(ranks.sums, 1);
  EXPECT_EQ(counts_too[0].second[0].item<double>(), 2);
  ranks.factor = 2;  // as it has the same now
  log.share(ranks);
  EXPECT_THAT(log.take(), ElementsAre(Pair("loss", 1), Pair("share_0", 1), Pair("share_1", 3),
                                      Pair("right", 0.5)));
  EXPECT_EQ(log.take_monitored(), 1);
}

TEST(MeanLog, AVectorIsNotMonitored) {
  MeanLog log(at::kCPU);
  log.monitor("share");
  log.add("share", at::ones({2}));
  EXPECT_EQ(log.take_monitored(), std::nullopt);
}

TEST(MeanLog, AStepsVectorsComeIntoTheMetrics) {
  ToyRun run;
  run.method.at_step = [](Step& s) { s.log("share", at::tensor({0.5, 1.5})); };
  run.trainer().run();
  EXPECT_THAT(run.seen("share_1").back(), Pair(10, near(1.5)));
  EXPECT_THAT(run.seen("share"), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
