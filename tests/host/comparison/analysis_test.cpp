// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/analysis.hpp"

#include <gmock/gmock.h>

#include "tests/host/comparison/plans.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Errors by seed, then by arm.
std::vector<CollectedRun> runs_of(const std::vector<std::vector<double>>& errors) {
  std::vector<CollectedRun> runs;
  for (const auto& seed : errors)
    for (const double error : seed) runs.push_back(made_up_run(error));
  return runs;
}

// scipy 1.17.1: stats.ttest_rel(baseline, arm).confidence_interval(0.95) of the second arm.
TEST(ComparisonAnalysis, ArmsAreComparedInPairsWithTheBaseline) {
  const auto plan =
      made_up_plan({{"supervised", {""}}, {"vat", {""}}, {"fixmatch", {""}}}, {50}, 3);
  const auto runs = runs_of({{0.10, 0.05, 0.10}, {0.12, 0.08, 0.11}, {0.14, 0.08, 0.16}});
  const auto analysis = analyze(plan, runs);
  ASSERT_THAT(analysis.cells, SizeIs(3));
  const auto& vat = analysis.cell("vat", 50);
  EXPECT_DOUBLE_EQ(vat.error->median, 0.08);
  ASSERT_TRUE(vat.gain && vat.gain->interval);
  EXPECT_NEAR(vat.gain->mean, 0.05, 1e-12);
  EXPECT_NEAR(vat.gain->interval->low, 0.05 - 4.302652729749462 * 0.01 / std::sqrt(3), 1e-12);
  EXPECT_EQ(vat.gain->wins, 3);
  EXPECT_EQ(vat.verdict, GainVerdict::gain);
  const auto& fixmatch = analysis.cell("fixmatch", 50);
  EXPECT_EQ(fixmatch.verdict, GainVerdict::no_evidence);
  EXPECT_EQ(fixmatch.gain->wins, 1);
  EXPECT_STREQ(to_text(fixmatch.verdict), "no evidence of a gain");
  EXPECT_EQ(analysis.cell("supervised", 50).verdict, GainVerdict::baseline);
  EXPECT_FALSE(analysis.cell("supervised", 50).gain);
  EXPECT_EQ(vat.images_per_second, 15000);
}

TEST(ComparisonAnalysis, MoreErrorsAreSaidToo) {
  const auto plan = made_up_plan({{"supervised", {""}}, {"vat", {""}}}, {50}, 3);
  const auto analysis = analyze(plan, runs_of({{0.10, 0.2}, {0.11, 0.21}, {0.12, 0.221}}));
  EXPECT_EQ(analysis.cell("vat", 50).verdict, GainVerdict::loss);
  EXPECT_EQ(analysis.cell("vat", 50).gain->wins, 0);
}

TEST(ComparisonAnalysis, OnePairSaysNothing) {
  const auto plan = made_up_plan({{"supervised", {""}}, {"vat", {""}}}, {50}, 2);
  auto runs = runs_of({{0.10, 0.05}, {0.10, 0.05}});
  runs[3].state = CollectedRun::State::failed;
  const auto analysis = analyze(plan, runs);
  const auto& vat = analysis.cell("vat", 50);
  EXPECT_EQ(vat.verdict, GainVerdict::unknown);
  EXPECT_EQ(vat.gain->count, 1);
  EXPECT_FALSE(vat.errors[1].has_value());
  EXPECT_EQ(analysis.failed, 1);
  EXPECT_EQ(analysis.finished, 3);
}

TEST(ComparisonAnalysis, RunsOnOtherSplitsAreNoPairs) {
  const auto plan = made_up_plan({{"supervised", {""}}, {"vat", {""}}}, {50}, 3);
  auto runs = runs_of({{0.10, 0.05}, {0.10, 0.05}, {0.10, 0.05}});
  runs[1].split_hash = "another";
  const auto analysis = analyze(plan, runs);
  EXPECT_EQ(analysis.cell("vat", 50).gain->count, 2);
  EXPECT_THAT(analysis.warnings, ElementsAre(HasSubstr("other splits")));
}

TEST(ComparisonAnalysis, OtherDataUnderTheSameSplitAreWarnedOf) {
  const auto plan = made_up_plan({{"supervised", {""}}, {"vat", {""}}}, {50}, 2);
  auto runs = runs_of({{0.10, 0.05}, {0.10, 0.05}});
  for (auto& run : runs) run.content = "a";
  runs[2].split_hash = runs[3].split_hash = "of the second seed";
  runs[2].content = runs[3].content = "b";  // the content of a run is that of its split
  EXPECT_THAT(analyze(plan, runs).warnings, IsEmpty());
  runs[3].content = "c";
  EXPECT_THAT(analyze(plan, runs).warnings, ElementsAre(HasSubstr("the data changed")));
}

TEST(ComparisonAnalysis, NothingFinishedIsNoError) {
  const auto plan =
      made_up_plan({{"supervised", {""}}, {"vat", {"epsilon=1", "epsilon=2"}}}, {50}, 2);
  const auto analysis = analyze(plan, std::vector<CollectedRun>(plan.runs.size()));
  EXPECT_FALSE(analysis.cell("vat", 50).error);
  EXPECT_EQ(analysis.missing, 6);
}

/// The baseline at 10 %, and variants of (test error, validation error) in every seed.
std::vector<CollectedRun> varied_runs(std::pair<double, double> first,
                                      std::pair<double, double> second, int64_t samples) {
  std::vector<CollectedRun> runs;
  for (int seed = 0; seed < 3; ++seed) {
    runs.push_back(made_up_run(0.10, 0.1, samples));
    runs.push_back(made_up_run(first.first, first.second, samples));
    runs.push_back(made_up_run(second.first, second.second, samples));
  }
  return runs;
}

class VariantChoiceTest : public ::testing::Test {
 protected:
  const ComparisonPlan plan_ =
      made_up_plan({{"supervised", {""}}, {"vat", {"epsilon=1", "epsilon=2"}}}, {50}, 3);
};

TEST_F(VariantChoiceTest, ValidationChoosesAndNotTheTestPart) {
  const auto analysis = analyze(plan_, varied_runs({0.02, 0.3}, {0.08, 0.05}, 2000));
  const auto& vat = analysis.cell("vat", 50);
  EXPECT_EQ(vat.variant, "epsilon=2") << "its test error is the higher one";
  EXPECT_EQ(vat.trials, 2);
  EXPECT_DOUBLE_EQ(vat.error->mean, 0.08);
  EXPECT_THAT(analysis.warnings, IsEmpty());
}

TEST_F(VariantChoiceTest, TooFewValidationSamplesAreWarnedOf) {
  const auto analysis = analyze(plan_, varied_runs({0.02, 0.10}, {0.08, 0.05}, 40));
  EXPECT_THAT(analysis.warnings,
              ElementsAre(HasSubstr("40 validation samples cannot tell epsilon=2")));
  EXPECT_THAT(analyze(plan_, varied_runs({0.02, 0.10}, {0.08, 0.05}, 4000)).warnings, IsEmpty());
}

TEST_F(VariantChoiceTest, AVariantWithFewerRunsIsNotChosen) {
  auto runs = varied_runs({0.02, 0.01}, {0.08, 0.05}, 2000);
  runs[1].state = CollectedRun::State::failed;
  EXPECT_EQ(analyze(plan_, runs).cell("vat", 50).variant, "epsilon=2");
}

}  // namespace
}  // namespace sslhost::host
