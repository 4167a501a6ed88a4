// SPDX-License-Identifier: Apache-2.0
// Which monitor a phase gets, and what its checks lead to.
#include "host/trainer/early_stopping.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Settings best() {
  Settings settings;
  settings.select = Settings::Select::best;
  return settings;
}

TEST(Monitors, AreNoneUntilAnOptionOrTheMethodAsks) {
  EXPECT_EQ(choose_monitor(Phase{}, {}, false, false).value, "");
  EXPECT_EQ(choose_monitor(Phase{}, best(), true, false).value, "validation_error");
  EXPECT_EQ(choose_monitor(Phase{.evaluate = false}, best(), true, false).value, "")
      << "nothing to go by";
  EXPECT_EQ(choose_monitor(Phase{}, {}, true, /*plateau=*/true).value, "validation_error");
  const Phase own{.evaluate = false, .monitor = {.value = "loss", .every = 3}};
  EXPECT_EQ(choose_monitor(own, best(), false, false).value, "loss") << "the method's word counts";
}

TEST(Monitors, TakeTheHostsOptions) {
  auto settings = best();
  settings.monitor = Settings::Watched::loss;
  settings.early_stop = 4;
  const auto monitor = choose_monitor(Phase{}, settings, true, false);
  EXPECT_EQ(monitor.value, "validation_loss");
  EXPECT_EQ(monitor.patience, 4);
  EXPECT_TRUE(monitor.keep_best);
  EXPECT_FALSE(choose_monitor(Phase{}, {}, true, true).keep_best);
}

TEST(Monitors, ThatNeedAValidationPartSayWhoAskedForIt) {
  Settings stops;
  stops.early_stop = 2;
  const Phase own{.name = "pretrain", .monitor = {.value = "validation_loss"}};
  const auto message = [](const Phase& phase, const Settings& settings, bool plateau) {
    const auto error = failure_of([&] { choose_monitor(phase, settings, false, plateau); });
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("--validation"));
    return std::string(error.what());
  };
  EXPECT_THAT(message({}, best(), false), HasSubstr("select = best"));
  EXPECT_THAT(message({}, stops, false), HasSubstr("early_stop = 2"));
  EXPECT_THAT(message({}, {}, true), HasSubstr("schedule = plateau"));
  EXPECT_THAT(message(own, {}, false), HasSubstr("phase 'pretrain'"));
}

TEST(Monitors, ThatMakeNoSenseAreTheMethodsFault) {
  const Phase blind{.evaluate = false, .monitor = {.value = "validation_error"}};
  EXPECT_EQ(failure_of([&] { choose_monitor(blind, {}, true, false); }).code(), ExitCode::plugin);
  const Phase negative{.monitor = {.value = "loss", .every = -1}};
  EXPECT_EQ(failure_of([&] { choose_monitor(negative, {}, true, false); }).code(),
            ExitCode::plugin);
}

TEST(Monitors, LookAtWholeIntervalsAndAtErrorsOfTheEnd) {
  const EarlyStopping never, logged({.value = "loss", .every = 4}, 5, {}),
      usual({.value = "loss"}, 5, {}), measured({.value = "validation_error"}, 5, {});
  std::vector<int64_t> at[4];
  for (int64_t done = 1; done <= 11; ++done) {
    if (never.due(done, 11)) at[0].push_back(done);
    if (logged.due(done, 11)) at[1].push_back(done);
    if (usual.due(done, 11)) at[2].push_back(done);
    if (measured.due(done, 11)) at[3].push_back(done);
  }
  EXPECT_THAT(at[0], ElementsAre());
  EXPECT_THAT(at[1], ElementsAre(4, 8));
  EXPECT_THAT(at[2], ElementsAre(5, 10));
  EXPECT_THAT(at[3], ElementsAre(5, 10, 11));
}

TEST(Monitors, GiveUpAfterAsManyLooksWithoutAFallAsTheyHavePatience) {
  EarlyStopping monitor({.value = "loss", .keep_best = true, .patience = 2}, 1, {});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(monitor.check(0.5, 10));
  EXPECT_FALSE(monitor.check(0.5, 20)) << "the first of equals";
  EXPECT_FALSE(monitor.stops());
  EXPECT_TRUE(monitor.check(0.4, 30));
  EXPECT_FALSE(monitor.check(nan, 40));
  EXPECT_FALSE(monitor.stops());
  EXPECT_FALSE(monitor.check(0.6, 50));
  EXPECT_TRUE(monitor.stops());
  EXPECT_EQ(monitor.state().best->score, 0.4);
  EXPECT_EQ(monitor.state().best->iteration, 30);
}

/// The logged value "judged" follows a script, one value an iteration.
struct JudgedRun : ToyRun {
  explicit JudgedRun(std::vector<double> script, Monitor monitor,
                     const ScheduleOptions& schedule = {})
      : ToyRun(schedule) {
    monitor.value = "judged";
    method.plan = {Toy::phase("train", static_cast<int64_t>(script.size()))};
    method.plan[0].monitor = monitor;
    method.at_step = [this, script](Step& s) {
      const auto i = static_cast<size_t>(method.count) % script.size();
      s.log("judged", at::full({}, script[i], at::kFloat));
      before_step.push_back(weights());
    };
  }
  std::vector<std::vector<Tensor>> before_step;
};

TEST(MonitoredPhase, EndsWithTheWeightsOfItsBestLook) {
  // Means of two: 3, 2, 4.
  JudgedRun run({4, 2, 3, 1, 3, 5}, {.every = 2, .keep_best = true});
  run.trainer().run();
  expect_same_bits(run.weights(), run.before_step[4]);
  EXPECT_EQ(run.trainer().position().weights_of, 4);
  EXPECT_EQ(run.trainer().position().total, 6);
}

TEST(MonitoredPhase, IsNotDisturbedByTheLinesOfTheMetrics) {
  for (const int64_t log_every : {1, 3, 50}) {
    JudgedRun run({4, 2, 3, 1, 3, 5}, {.every = 2, .keep_best = true});
    run.settings.log_every = log_every;
    run.settings.eval_every = 3;
    run.trainer().run();
    EXPECT_EQ(run.trainer().position().weights_of, 4) << log_every;
  }
}

TEST(MonitoredPhase, HandsItsBestWeightsToTheNextPhase) {
  JudgedRun run({4, 2, 3, 1, 3, 5}, {.every = 2, .keep_best = true});
  run.method.plan.push_back(Toy::phase("second", 2));
  run.trainer().run();
  expect_same_bits(run.before_step[6], run.before_step[4]);
  EXPECT_EQ(run.trainer().position().weights_of, 8) << "the second phase keeps its last";
}

TEST(MonitoredPhase, EndsEarlyWhenPatienceIsOverAndTheNextBegins) {
  JudgedRun run({5, 4, 6, 6, 1, 1}, {.every = 1, .patience = 2});
  run.method.plan.push_back(Toy::phase("second", 2));
  run.trainer().run();
  EXPECT_EQ(run.method.count, 6) << "four iterations, then two";
  EXPECT_THAT(run.method.begun, ElementsAre("train", "second"));
  EXPECT_EQ(run.trainer().position().total, 6);
}

TEST(MonitoredPhase, LowersTheRateOfAPlateau) {
  JudgedRun run({5, 5, 5, 5, 5, 5}, {.every = 1},
                {.kind = ScheduleOptions::Kind::plateau, .factor = 0.5, .patience = 1});
  run.settings.log_every = 1;
  run.trainer().run();
  EXPECT_THAT(run.seen("learning_rate_adam"),
              ElementsAre(Pair(1, 0.05), Pair(2, 0.05), Pair(3, 0.05), Pair(4, 0.025),
                          Pair(5, 0.025), Pair(6, 0.0125)));
}

// Only the first phase's optimizer may have such a schedule, which no option tells.
TEST(MonitoredPhase, WithAPlateauLeavesOtherPhasesWithoutValidationAlone) {
  JudgedRun run({5, 5, 5, 5}, {.every = 1}, {.kind = ScheduleOptions::Kind::plateau});
  run.data.validation = {};
  run.method.plan.push_back(Toy::phase("second", 2));
  EXPECT_EQ(run.trainer().run(), Trainer::Outcome::finished);
  ASSERT_EQ(run.events.warnings.size(), 1U) << "here it is the same optimizer";
  EXPECT_THAT(run.events.warnings[0], HasSubstr("'second'"));
}

TEST(MonitoredPhase, WhoseValueIsNeverLoggedIsTheMethodsFault) {
  ToyRun run;
  run.method.plan[0].monitor = {.value = "reconstruction", .every = 3};
  const auto error = failure_of([&] { run.trainer().run(); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), HasSubstr("'reconstruction'"));
  EXPECT_EQ(run.method.count, 3) << "at the first check";
}

// The test part has no say, whatever it shows.
TEST(Trainer, BestWeightsAreThoseOfTheLowestValidationError) {
  ToyRun run;
  run.settings = best();
  run.settings.seed = 1;
  run.settings.eval_every = 1;
  run.data.test.labels = (run.data.test.labels + 1).remainder(3);  // what is best there is not here
  run.trainer().run();
  const auto lowest = [&](const char* name) {
    double value = 2;
    for (const auto& [iteration, error] : run.seen(name)) value = std::min(value, error);
    return value;
  };
  ASSERT_NE(lowest("validation_error"), lowest("test_error"))
      << "the two parts must tell each other apart";
  EXPECT_EQ(run.trainer().evaluate(run.data.validation).error(), lowest("validation_error"));
  for (const auto& [iteration, error] : run.seen("validation_error"))
    if (error == lowest("validation_error")) {
      EXPECT_EQ(run.trainer().position().weights_of, iteration) << "the first of equals";
      break;
    }
}

TEST(Trainer, LooksBetweenEvaluationsMeasureTheValidationPartAlone) {
  ToyRun run;
  run.method.plan[0].monitor = {.value = "validation_loss", .every = 2};
  run.settings.eval_every = 5;
  run.trainer().run();
  EXPECT_THAT(run.seen("validation_loss"),
              ElementsAre(Pair(2, ::testing::_), Pair(4, ::testing::_), Pair(5, ::testing::_),
                          Pair(6, ::testing::_), Pair(8, ::testing::_), Pair(10, ::testing::_)));
  EXPECT_EQ(run.seen("test_loss").size(), 2U);
}

}  // namespace
}  // namespace sslhost::host
