// SPDX-License-Identifier: Apache-2.0
// How often guesses at unlabeled samples are right is written down, and reaches no method.
#include "host/trainer/label_judge.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/diagnostics.hpp"

#include "tests/host/trainer/toy_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Tensor integers(std::vector<int64_t> values) { return at::tensor(values, at::kLong); }

std::vector<std::pair<std::string, double>> judged(const Tensor& mask, const Tensor& labels) {
  MeanLog log(at::kCPU);
  judge("right", integers({2, 1, 0, 1}), integers({3, 0, 0, 1}), mask, labels, log);
  return log.take();
}

TEST(LabelJudge, CountsThoseThatAreRight) {
  const auto labels = integers({1, 0, 2, 2});  // of the samples asked for: 2, 1, 1, 0
  EXPECT_THAT(judged({}, labels), ElementsAre(Pair("right", 0.5)));
  EXPECT_THAT(judged(at::tensor({1.0, 0.0, 0.7, 0.0}), labels), ElementsAre(Pair("right", 0.5)));
  EXPECT_THAT(judged(integers({1, 1, 0, 0}).to(at::kBool), labels),
              ElementsAre(Pair("right", 1.0)));
}

TEST(LabelJudge, SaysNothingOfWhatIsUnknownOrLeftOut) {
  EXPECT_THAT(judged({}, {}), IsEmpty());
  EXPECT_THAT(judged({}, integers({-1, -1, -1, -1})), IsEmpty());
  EXPECT_THAT(judged({}, integers({-1, 0, 2, 2})), ElementsAre(Pair("right", 0.5)))
      << "the second and third are of a sample without a label";
  EXPECT_THAT(judged(at::zeros({4}), integers({1, 0, 2, 2})), IsEmpty());
}

TEST(LabelJudge, IsTheFractionOfAllThatWereJudged) {
  MeanLog log(at::kCPU);
  const auto labels = integers({0, 1, 2});
  judge("right", integers({0}), integers({0}), {}, labels, log);
  judge("right", integers({1, 1, 1}), integers({0, 1, 2}), {}, labels, log);
  EXPECT_THAT(log.take(), ElementsAre(Pair("right", 0.5))) << "2 of 4, not the mean of 1 and 1/3";
}

TEST(LabelJudge, RefusesWhatDoesNotFit) {
  MeanLog log(at::kCPU);
  const auto two = integers({0, 1}), labels = integers({0, 1, 2});
  const auto refused = [&](const Tensor& classes, const Tensor& index, const Tensor& mask) {
    return failure_text(ExitCode::plugin, [&] { judge("x", classes, index, mask, labels, log); });
  };
  EXPECT_THAT(refused(at::ones({2, 3}), two, {}), HasSubstr("classes [U] int64"));
  EXPECT_THAT(refused({}, two, {}), HasSubstr("classes"));
  EXPECT_THAT(refused(two, integers({0}), {}), HasSubstr("index [U] int64"));
  EXPECT_THAT(refused(two, two, at::ones({2, 1})), HasSubstr("mask [U]"));
}

/// Guesses class 0 for each unlabeled sample; weights and lines of its run.
struct Guessing {
  explicit Guessing(bool judges, const Tensor& labels = {}) {
    run.data.hidden_labels = labels;
    run.settings.log_every = run.settings.eval_every = 5;
    run.method.plan = {{.name = "train",
                        .iterations = 10,
                        .streams = {{.pool = Pool::labeled, .batch = 4},
                                    {.pool = Pool::unlabeled, .batch = 5, .index = true}},
                        .monitor = monitor}};
    run.method.at_step = [judges](Step& s) {
      s.unlabeled({});
      const auto index = s.index({});
      s.log("batch", index.to(at::kFloat).mean());
      if (judges) s.log_accuracy("guesses", at::zeros_like(index), index);
    };
  }
  inline static Monitor monitor = {};
  ToyRun run;
};

TEST(LabelJudge, ChangesNoBitOfTheRun) {
  Guessing plain(false), without(true), with(true, at::arange(10).remainder(3)),
      others(true, at::zeros({10}, at::kLong));
  for (auto* guessing : {&plain, &without, &with, &others}) guessing->run.trainer().run();
  for (auto* guessing : {&without, &with, &others}) {
    expect_same_bits(guessing->run.weights(), plain.run.weights());
    EXPECT_EQ(guessing->run.seen("batch"), plain.run.seen("batch"));
    EXPECT_EQ(guessing->run.seen("test_loss"), plain.run.seen("test_loss"));
  }
  EXPECT_THAT(without.run.seen("guesses"), IsEmpty());
  EXPECT_THAT(others.run.seen("guesses"), ElementsAre(Pair(5, 1.0), Pair(10, 1.0)));
  ASSERT_EQ(with.run.seen("guesses").size(), 2U);
  EXPECT_NEAR(with.run.seen("guesses")[0].second, 0.4, 0.2);
}

TEST(LabelJudge, GoesOnAfterAStopInTheMiddleOfAWindow) {
  const auto labels = at::arange(10).remainder(3);
  Guessing whole(true, labels), first(true, labels), second(true, labels);
  whole.run.trainer().run();
  first.run.method.change = [&](const Tensor& loss, int count) {
    if (count == 2) first.run.events.stop = true;
    return loss;
  };
  go_on_after_a_stop(-1, first.run, second.run);
  EXPECT_THAT(first.run.seen("guesses"), IsEmpty());
  EXPECT_EQ(second.run.seen("guesses"), whole.run.seen("guesses"));
}

// Early stopping by it would train on hidden labels.
TEST(LabelJudge, IsNotToBeMonitored) {
  Guessing::monitor = {.value = "guesses", .every = 5};
  Guessing guessing(true, at::zeros({10}, at::kLong));
  Guessing::monitor = {};
  EXPECT_THAT(failure_of([&] { guessing.run.trainer().run(); }).what(),
              HasSubstr("'guesses' logged by step()"));
}

/// Remembers what it was asked to look at.
class Looking final : public Method, private Diagnostics {
 public:
  explicit Looking(Method& inner) : inner_(inner) {}
  std::vector<Phase> phases(const Task& task) const override { return inner_.phases(task); }
  void build(Build& build) override { inner_.build(build); }
  void step(Step& s) override { inner_.step(s); }
  Tensor predict(const Tensor& images) override { return inner_.predict(images); }
  const void* ability(std::string_view id) override {
    return id == Diagnostics::kAbility ? static_cast<Diagnostics*>(this) : nullptr;
  }
  mutable std::vector<std::string> seen;

 private:
  std::optional<std::string> diagnose(const Means& means, int64_t) const override {
    for (const auto& [name, value] : means) seen.push_back(name);
    return "looked at";
  }
  Method& inner_;
};

TEST(LabelJudge, IsNotShownToDiagnostics) {
  Guessing guessing(true, at::zeros({10}, at::kLong));
  auto& run = guessing.run;
  Looking method(run.method);
  Trainer(method, "toy", run.method.plan, run.data, run.registry, run.settings, run.events,
          run.events.stop)
      .run();
  EXPECT_THAT(run.seen("guesses"), ::testing::SizeIs(2));
  // Nor what is measured on the test part: a method that sees it can choose by it.
  const auto hidden = ::testing::AnyOf("guesses", "test_error", "test_loss", "validation_error");
  EXPECT_THAT(method.seen, ::testing::AllOf(::testing::Contains("batch"),
                                            ::testing::Not(::testing::Contains(hidden))));
  EXPECT_THAT(run.seen("test_error"), ::testing::SizeIs(2)) << "measured it was";
  EXPECT_THAT(run.events.warnings, ::testing::Contains("looked at").Times(1));
}

}  // namespace
}  // namespace sslhost::host
