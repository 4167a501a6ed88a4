// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/trainer.hpp"

#include <functional>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Trainer, ALossThatIsNaNEndsTheRunWithTheWeightsBeforeIt) {
  ToyRun run;
  run.settings.eval_every = 100;
  std::vector<Tensor> before;
  Tensor statistics;
  run.method.at_step = [&](Step&) {
    if (run.method.count == 3) statistics = run.statistics();
  };
  run.method.change = [&](const Tensor& loss, int count) {
    if (count == 3) before = run.parameters();
    return count == 3 ? loss * std::numeric_limits<double>::quiet_NaN() : loss;
  };
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::diverged);
  EXPECT_EQ(error.parts().where, "method toy, iteration 4");
  EXPECT_THAT(error.parts().found, HasSubstr("'cross_entropy'"));
  expect_same_bits(run.parameters(), before);
  EXPECT_TRUE(at::equal(run.statistics(), statistics)) << "nor did running statistics move";
  EXPECT_THAT(run.events.rows, ElementsAre()) << "no metrics of a run that had gone wrong";
}

// The derivative of a square root at zero: the loss is finite and its gradient is not.
TEST(Trainer, AGradientThatIsNotFiniteEndsTheRunWithTheWeightsBeforeIt) {
  ToyRun run;
  std::vector<Tensor> before;
  run.method.change = [&](const Tensor& loss, int count) {
    if (count == 3) before = run.parameters();
    return count == 3 ? loss + (loss - loss.detach()).sqrt() : loss;
  };
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::diverged);
  EXPECT_EQ(error.parts().where, "method toy, iteration 4");
  EXPECT_THAT(error.parts().found, HasSubstr("'gradient of cross_entropy'"));
  expect_same_bits(run.parameters(), before);
}

TEST(Trainer, ABadFirstIterationIsNotBlamedOnTheLearningRate) {
  ToyRun run;
  run.method.change = [](const Tensor& loss, int) { return loss + (loss - loss.detach()).sqrt(); };
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.parts().where, "method toy, iteration 1");
  EXPECT_THAT(error.parts().next, AllOf(HasSubstr("roots"), Not(HasSubstr("learning rate"))));
}

TEST(Trainer, ABadIterationOfALaterPhaseIsCountedOverAllPhases) {
  ToyRun run;
  run.method.plan = {Toy::phase("first", 5), Toy::phase("second", 5)};
  run.method.change = [](const Tensor& loss, int count) { return count == 7 ? loss / 0 : loss; };
  EXPECT_EQ(failure_of([&] { run.trainer().run(); }).parts().where, "method toy, iteration 8");
}

TEST(Trainer, RefusesToEvaluateWhenNoPassEverRecordedStatistics) {
  ToyRun run;
  run.method.tracks = false;
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), HasSubstr("record_statistics"));
}

TEST(Trainer, WarnsOfAModuleWhoseStatisticsNoPassRecorded) {
  ToyRun run;
  run.registry.backbone("second", {});
  run.trainer().run();
  EXPECT_THAT(run.events.warnings, Contains(HasSubstr("running statistics of 'second'")));
}

TEST(Trainer, WhateverAMethodThrowsIsNamedWithItsIteration) {
  ToyRun run;
  run.method.change = [](const Tensor& loss, int count) {
    if (count == 2) throw 7;
    return loss;
  };
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("plugin toy, in step, iteration 3"), HasSubstr("int")));
}

TEST(Trainer, LibTorchsErrorsComeWithoutABacktrace) {
  ToyRun run;
  run.method.change = [](const Tensor& loss, int) {
    return at::ones({2, 3}).mm(at::ones({2, 3})) + loss;
  };
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("iteration 1"), HasSubstr("cannot be multiplied")));
  EXPECT_THAT(error.what(), AllOf(Not(HasSubstr("frame #")), Not(HasSubstr("Exception raised"))));
}

TEST(Trainer, PredictionsOfAnotherShapeAreRefused) {
  ToyRun run;
  run.method.at_predict = [](const Tensor& logits) { return logits.t(); };
  EXPECT_THAT(failure_of([&] { run.trainer().run(); }).what(), HasSubstr("predict()"));
}

TEST(Trainer, PhasesComeInOrderEachBegunOnce) {
  ToyRun run;
  run.method.plan = {Toy::phase("first", 4), {.name = "nothing to do"}, Toy::phase("second", 6)};
  EXPECT_EQ(run.trainer().run(), Trainer::Outcome::finished);
  EXPECT_THAT(run.method.begun, ElementsAre("first", "nothing to do", "second"));
  EXPECT_EQ(run.method.count, 10);
  EXPECT_EQ(run.trainer().planned_iterations(), 10);
}

TEST(Trainer, WhatBeginDidAloneIsMeasuredOnce) {
  ToyRun run;
  run.method.tracks = false;
  run.method.plan = {{.name = "solve"}, {.name = "hidden", .evaluate = false}};
  run.settings.early_stop = 2;  // nothing to stop
  run.data.validation = run.data.test;
  run.registry.statistics().assume_recorded();
  EXPECT_EQ(run.trainer().run(), Trainer::Outcome::finished);
  ASSERT_EQ(run.events.rows.size(), 1U);
  EXPECT_EQ(run.events.rows[0].phase, "solve");
  EXPECT_THAT(run.seen("test_error"), ElementsAre(::testing::Pair(0, ::testing::_)));
  EXPECT_EQ(run.seen("validation_error"), run.seen("test_error"));
}

TEST(Trainer, WhatCannotBePredictedYetIsNotMeasuredAfterBegin) {
  ToyRun run;
  run.method.plan = {{.name = "prepare"}, Toy::phase("train", 4)};
  run.trainer().run();
  EXPECT_EQ(run.seen("test_error").front().first, 1);
}

TEST(Trainer, APhaseOfNoLengthWithStreamsIsRefused) {
  ToyRun run;
  run.method.plan = {Toy::phase("first", 4), Toy::phase("second", 0)};
  EXPECT_THAT(failure_of([&] { run.trainer().run(); }).what(),
              AllOf(HasSubstr("'second'"), HasSubstr("at least one iteration")));
}

TEST(Trainer, BeginSeesWholePoolsAndTheLabelsOfTheLabeledOne) {
  ToyRun run;
  run.method.at_begin = [&](Begin& begin) {
    EXPECT_EQ(begin.size(Pool::unlabeled), 10);
    EXPECT_TRUE(at::equal(begin.labels(), run.data.labeled.labels));
    const auto& pool = run.data.unlabeled;
    const auto expected =
        pool.data.whole().index_select(0, pool.rows.narrow(0, 2, 3)).to(at::kFloat) * (1.0 / 255);
    EXPECT_TRUE(at::allclose(begin.images(Pool::unlabeled, 2, 3), expected));
    begin.labels().zero_();
  };
  run.trainer().run();
  EXPECT_NE(run.data.labeled.labels.sum().item<int64_t>(), 0) << "what begin() gives is a copy";
}

TEST(Trainer, NoNoiseContextIsLeftBehindWhenBeginThrows) {
  ToyRun run;
  run.method.at_begin = [](Begin&) { throw std::runtime_error("no"); };
  EXPECT_THROW(run.trainer().run(), Error);
  EXPECT_EQ(detail::noise_context(), nullptr);
}

TEST(Trainer, MetricsComeAtTheirIntervalsAndAtTheEnd) {
  ToyRun run;
  run.settings.log_every = 4;
  run.settings.eval_every = 5;
  run.trainer().run();
  std::vector<std::pair<int64_t, std::string>> seen;
  for (const auto& row : run.events.rows)
    for (const auto& [name, value] : row.values)
      if (name == "cross_entropy" || name == "test_error") seen.emplace_back(row.iteration, name);
  using P = std::pair<int64_t, std::string>;
  EXPECT_THAT(seen,
              ElementsAre(P(4, "cross_entropy"), P(5, "cross_entropy"), P(5, "test_error"),
                          P(8, "cross_entropy"), P(10, "cross_entropy"), P(10, "test_error")));
}

TEST(Trainer, AStoppedRunGoesOnAsIfItHadNot) {
  const auto prepare = [](ToyRun& run) {
    run.method.plan = {Toy::phase("first", 4), Toy::phase("second", 6)};
    run.settings.log_every = 1;
  };
  ToyRun whole;
  prepare(whole);
  whole.trainer().run();
  for (const int64_t stop : {1, 3, 4, 5, 9}) {
    ToyRun first, second;
    prepare(first);
    prepare(second);
    // At the very end of a phase the next one's first iteration is done before the stop is seen.
    go_on_after_a_stop(stop, first, second);
    expect_same_bits(second.weights(), whole.weights());
    EXPECT_THAT(second.method.begun, Not(Contains("first")))
        << "begin() of a phase in progress ran before";
  }
}

}  // namespace
}  // namespace sslhost::host
