// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/output.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/host/comparison/plans.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ComparisonOutput : public ::testing::Test {
 protected:
  ComparisonOutput() {
    for (int seed = 0; seed < 3; ++seed)
      for (const double error : {0.10, 0.05, 0.09 + 0.01 * seed, 0.2, 0.1, 0.15})
        runs_.push_back(made_up_run(error + 0.001 * seed));
    runs_.back().state = CollectedRun::State::failed;
    runs_.back().code = 6;
    runs_.back().error = "a loss became NaN, \"inf\"";
    analysis_ = analyze(plan_, runs_);
  }
  ComparisonResult result() const { return {plan_, runs_, analysis_}; }
  static std::size_t longest_line(const std::string& text) {
    std::istringstream lines(text);
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
    return longest;
  }

  const ComparisonPlan plan_ = made_up_plan(
      {{"supervised", {""}}, {"mean-teacher", {""}}, {"vat/mnist_100<b>", {""}}}, {20, 50}, 3);
  std::vector<CollectedRun> runs_;
  Analysis analysis_;
};

TEST_F(ComparisonOutput, TheTextHasEverySeedAndFitsTheTerminal) {
  const auto text = comparison_text(result(), 80);
  EXPECT_THAT(text, AllOf(HasSubstr("20 labels"), HasSubstr("mean-teacher"), HasSubstr("3 of 3"),
                          HasSubstr("no evidence of a gain"), HasSubstr("10.10"),
                          HasSubstr("1 failed"), HasSubstr("gain")));
  EXPECT_LE(longest_line(text), 80U) << text;
  EXPECT_LE(longest_line(comparison_text(result(), 120)), 120U);
  EXPECT_LE(longest_line(plan_text(plan_, 60)), 60U);
}

TEST_F(ComparisonOutput, ANameMovesNoCursor) {
  const auto plan = made_up_plan({{"supervised", {""}}, {"v\x1b[2Jat", {""}}}, {20}, 1);
  const std::vector<CollectedRun> runs = {made_up_run(0.1), made_up_run(0.2)};
  const auto analysis = analyze(plan, runs);
  const auto text = comparison_text({plan, runs, analysis}, 80);
  EXPECT_THAT(text, AllOf(HasSubstr("v?[2Jat"), Not(HasSubstr("\x1b"))));
}

TEST_F(ComparisonOutput, TheJsonHasCellsAndRuns) {
  const auto json = nlohmann::json::parse(comparison_json(result(), -1));
  EXPECT_EQ(json["cells"].size(), 6U);
  EXPECT_EQ(json["runs"].size(), 18U);
  EXPECT_EQ(json["cells"][1]["gain"]["wins"], 3);
  EXPECT_EQ(json["cells"][1]["verdict"], "fewer errors");
  EXPECT_TRUE(json["cells"][0]["gain"].is_null());
  EXPECT_EQ(json["runs"][17]["code"], 6);
}

TEST_F(ComparisonOutput, TheCsvHasARowARun) {
  const auto csv = comparison_csv(result());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 19);
  EXPECT_THAT(csv, AllOf(HasSubstr("run,arm,variant,labels"), HasSubstr("a loss became NaN"),
                         HasSubstr("\"\"inf\"\"")));
}

TEST_F(ComparisonOutput, TheLatexIsEscapedAndMarksWhatIsNoGain) {
  const auto latex = comparison_latex(result());
  EXPECT_THAT(latex, AllOf(HasSubstr("\\toprule"), HasSubstr("mnist\\_100\\textless{}b"),
                           HasSubstr("2.48$^{\\circ}$ &"), HasSubstr("& 20 labels")));
}

TEST_F(ComparisonOutput, ThePageHasAPointForEveryRunAndRunsNothing) {
  const auto page = comparison_page(result());
  const std::string point = "<circle class=\"point";
  int points = 0;
  for (auto at = page.find(point); at != page.npos; at = page.find(point, at + 1)) ++points;
  EXPECT_EQ(points, 17) << "all that finished";
  EXPECT_THAT(page, AllOf(HasSubstr("vat/mnist_100&lt;b&gt;"), Not(HasSubstr("<script")),
                          HasSubstr("a loss became NaN"), HasSubstr("optimizer: adam")));
}

TEST_F(ComparisonOutput, WithoutAnyResultAllOutputsAreThere) {
  const std::vector<CollectedRun> none(plan_.runs.size());
  const auto analysis = analyze(plan_, none);
  const ComparisonResult empty = {plan_, none, analysis};
  EXPECT_THAT(comparison_text(empty, 80), HasSubstr("18 not finished"));
  EXPECT_THAT(comparison_page(empty), HasSubstr("missing"));
  EXPECT_THAT(comparison_latex(empty), HasSubstr("--"));
  EXPECT_FALSE(nlohmann::json::parse(comparison_json(empty, 1))["cells"].empty());
}

TEST(RunNames, OfARecipeByItsPathAreNotHidden) {
  EXPECT_EQ(run_name("/tmp/a.toml", "", 50, 0), "tmp.a.toml-50-labels-seed-0");
  EXPECT_EQ(run_name("vat/digits", "epsilon=0.2", 0, 3),
            "vat.digits-epsilon=0.2-all-labels-seed-3");
}

}  // namespace
}  // namespace sslhost::host
