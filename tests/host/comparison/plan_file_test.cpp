// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/plan_file.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/host/comparison/plans.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

class PlanFile : public ::testing::Test {
 protected:
  std::string written(const ComparisonPlan& plan) {
    write_plan(folder_ / "plan.json", plan);
    return testing::read_text(folder_ / "plan.json");
  }
  ComparisonPlan read(const std::string& text) {
    return read_plan(folder_.write("damaged.json", text));
  }

  const ComparisonPlan plan_ =
      made_up_plan({{"supervised", {""}}, {"vat", {"epsilon=1", "epsilon=2"}}}, {20, 50}, 2);
  const ComparisonPlan small_ = made_up_plan({{"vat", {"epsilon=1"}}}, {20}, 1);
  const testing::TemporaryFolder folder_;
};

TEST_F(PlanFile, HoldsThePlan) {
  const auto plan = read(written(plan_));
  EXPECT_EQ(plan.folder, plan_.folder);
  EXPECT_EQ(plan.arms, plan_.arms);
  EXPECT_EQ(plan.labels, plan_.labels);
  EXPECT_EQ(plan.differences, plan_.differences);
  ASSERT_EQ(plan.runs.size(), 12U);
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    EXPECT_EQ(plan.runs[i].name, plan_.runs[i].name);
    EXPECT_EQ(plan.arguments_of(plan.runs[i], false), plan_.arguments_of(plan_.runs[i], false));
  }
}

TEST_F(PlanFile, CutOffAnywhereItIsRefused) {
  const auto text = written(plan_);
  for (std::size_t length = 0; length + 2 < text.size(); ++length)
    EXPECT_THROW(read(text.substr(0, length)), Error) << length;
}

TEST_F(PlanFile, WithAnyByteChangedItIsReadOrRefused) {
  const auto text = written(plan_);
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char other : {'\0', '"', '-'}) {
      auto damaged = text;
      damaged[i] = other;
      try {
        for (const auto& plan = read(damaged); const auto& run : plan.runs) {
          EXPECT_LT(run.setting, plan.settings.size());
          EXPECT_EQ(plan.folder_of(run).parent_path(), plan.folder);
        }
      } catch (const Error&) {
        SUCCEED();
      }
    }
}

TEST_F(PlanFile, ThatDoesNotFitTogetherIsRefused) {
  using nlohmann::json;
  const auto good = json::parse(written(plan_));
  ASSERT_NO_THROW(read(good.dump()));
  const auto refused = [&](const std::string& field, auto change) {
    auto bad = good;
    change(bad);
    expect_failure(ExitCode::storage, ::testing::HasSubstr(field), [&] { read(bad.dump()); });
  };
  refused("arms", [](json& j) { j["arms"].push_back("uda"); });
  refused("settings", [](json& j) { j["arms"].erase(1); });
  refused("baseline", [](json& j) { j["baseline"] = "uda"; });
  refused("seeds", [](json& j) { j["seeds"] = 1'000'000'000'000'000; });
  refused("runs", [](json& j) { j["seeds"] = 3; });
  refused("runs", [](json& j) { j["seeds"] = 1; });
  refused("runs", [](json& j) { j["runs"].erase(0); });
  refused("runs", [](json& j) { j["labels"].push_back(0); });
  refused("runs", [](json& j) { std::swap(j["runs"][0], j["runs"][1]); });
}

TEST_F(PlanFile, RunsLieInItsFolder) {
  auto text = written(plan_);
  const auto at = text.find("supervised-20-labels-seed-0");
  text.replace(at, 10, "../outside");
  expect_failure(ExitCode::storage, "the name of a folder", [&] { read(text); });
}

}  // namespace
}  // namespace sslhost::host
