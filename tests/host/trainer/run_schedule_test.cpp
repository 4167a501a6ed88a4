// SPDX-License-Identifier: Apache-2.0
// Schedules over all phases of a run.
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "tests/host/trainer/toy_run.hpp"

namespace sslhost::host {
namespace {

using Kind = ScheduleOptions::Kind;
using Over = ScheduleOptions::Over;

/// Two phases of 4 and 6 iterations; the learning rate is written down at each.
struct TwoPhases {
  explicit TwoPhases(const ScheduleOptions& schedule) : run(schedule) {
    run.settings.log_every = 1;
    run.method.plan = {Toy::phase("first", 4), Toy::phase("second", 6)};
  }
  std::vector<double> rates() {
    run.trainer().run();
    return seen(run);
  }
  static std::vector<double> seen(const ToyRun& run) {
    std::vector<double> all;
    for (const auto& [iteration, rate] : run.seen("learning_rate_adam")) all.push_back(rate / 0.05);
    return all;
  }
  ToyRun run;
};

std::vector<double> expected(Over over, const ScheduleOptions& schedule) {
  std::vector<double> all;
  for (int64_t i = 0; i < 10; ++i)
    all.push_back(over == Over::run ? learning_rate_at(schedule, 0.05, i, 10) / 0.05
                  : i < 4           ? learning_rate_at(schedule, 0.05, i, 4) / 0.05
                                    : learning_rate_at(schedule, 0.05, i - 4, 6) / 0.05);
  return all;
}

TEST(RunSchedules, GoOverAllPhasesAndPhaseSchedulesBeginAnew) {
  for (const auto over : {Over::phase, Over::run})
    for (const auto kind : {Kind::linear, Kind::cosine, Kind::step}) {
      const ScheduleOptions schedule = {.kind = kind, .period = 3, .warmup = 2, .over = over};
      EXPECT_THAT(TwoPhases(schedule).rates(),
                  ::testing::Pointwise(::testing::DoubleNear(1e-12), expected(over, schedule)));
    }
}

TEST(RunSchedules, AreTheSameAfterAStopInEitherPhase) {
  const ScheduleOptions schedule = {.kind = Kind::cosine, .warmup = 3, .over = Over::run};
  TwoPhases whole(schedule);
  whole.rates();
  for (const int64_t stop : {2, 4, 7}) {
    TwoPhases first(schedule), second(schedule);
    go_on_after_a_stop(stop == 4 ? 5 : stop, first.run, second.run);
    expect_same_bits(second.run.weights(), whole.run.weights());
  }
}

// As if no phase ended early: the last iteration of a run has the last learning rate.
TEST(RunSchedules, CountAPhaseThatEndedEarlyInFull) {
  const ScheduleOptions schedule = {.kind = Kind::linear, .over = Over::run};
  TwoPhases stopped(schedule);
  stopped.run.method.plan[0].monitor = {.value = "constant", .every = 1, .patience = 1};
  stopped.run.method.at_step = [](Step& s) { s.log("constant", at::ones({})); };
  const auto rates = stopped.rates();
  ASSERT_LT(rates.size(), 10U);
  EXPECT_NEAR(rates.back(), 0.1, 1e-12);
}

/// A toy with a plateau over the run and a second optimizer, which updates in even iterations of
/// the second phase alone; `resting` is the name of its learning rate.
struct RestingRun : ToyRun {
  static constexpr const char* kResting = "learning_rate_resting";
  RestingRun() : ToyRun(kPlateau) {
    const auto net = registry.backbone("resting net", {});
    const auto resting =
        registry.optimizer("resting", {&*net}, {.learning_rate = 1, .schedule = kPlateau});
    settings.log_every = 1;
    method.plan = {Toy::phase("first", 4), Toy::phase("second", 6)};
    for (auto& phase : method.plan) phase.monitor = {.value = "constant", .every = 1};
    method.at_step = [=, this](Step& s) {
      s.log("constant", at::ones({}));
      if (s.phase() != "second" || method.count % 2 == 1) return;
      s.update(resting, net(s.labeled({}).images).square().mean(), "square");
    };
  }
  static constexpr ScheduleOptions kPlateau = {
      .kind = Kind::plateau, .factor = 0.5, .patience = 0, .over = Over::run};
};

TEST(RunSchedules, APlateauLeavesAnOptimizerThatRestsAlone) {
  RestingRun run;
  run.trainer().run();
  const auto rates = run.seen(RestingRun::kResting);
  ASSERT_EQ(rates.size(), 6U);
  EXPECT_EQ(rates[0], std::pair(int64_t{5}, 1.0)) << "the first phase did not lower it";
  EXPECT_LT(rates[5].second, 1) << "the second did";
}

TEST(RunSchedules, WhoRestsIsKnownAfterAStop) {
  RestingRun whole;
  whole.trainer().run();
  const auto expected = whole.seen(RestingRun::kResting);
  for (const int64_t stop : {3, 5, 7}) {
    RestingRun first, second;
    go_on_after_a_stop(stop, first, second);
    auto seen = first.seen(RestingRun::kResting);
    for (const auto& rate : second.seen(RestingRun::kResting)) seen.push_back(rate);
    EXPECT_EQ(seen, expected) << "a stop after " << stop;
  }
}

TEST(RunSchedules, KeepWhatAPlateauHasLowered) {
  for (const auto over : {Over::phase, Over::run}) {
    TwoPhases plateau({.kind = Kind::plateau, .factor = 0.5, .patience = 0, .over = over});
    for (auto& phase : plateau.run.method.plan) phase.monitor = {.value = "constant", .every = 1};
    plateau.run.method.plan[1].monitor.every = 6;
    plateau.run.method.at_step = [](Step& s) { s.log("constant", at::ones({})); };
    const auto rates = plateau.rates();
    ASSERT_EQ(rates.size(), 10U);
    EXPECT_NEAR(rates[3], 0.25, 1e-12);
    EXPECT_NEAR(rates[5], over == Over::run ? 0.125 : 1, 1e-12);
  }
}

}  // namespace
}  // namespace sslhost::host
