// SPDX-License-Identifier: Apache-2.0
// Finished runs side by side.
#include "tests/host/comparison/comparing.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Report : public Comparing {
 protected:
  static void make_comparison(const Arguments& arms, const Arguments& more = {}) {
    const auto r = run(small(arms, Arguments{"--labels", "20,50", "--seeds", "2"} + more));
    ASSERT_EQ(code(r.status), 0) << r.errors;
  }
  /// A run like those of a comparison.
  static void train(const std::string& method, const std::string& seed, const std::string& out,
                    const Arguments& more = {}) {
    const auto r = run(Arguments{"--plugin", method, "--labels", "20", "--seed", seed, "--model",
                                 "mlp-16", "--iterations", "30", "--batch", "10", "--pictures",
                                 "false", "--quiet", "--out", out} +
                       more);
    ASSERT_EQ(code(r.status), 0) << r.errors;
  }
  static nlohmann::json by_arm(const nlohmann::json& comparison) {
    auto cells = timeless(comparison)["cells"].get<std::vector<nlohmann::json>>();
    std::sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) {
      return std::pair(a["labels"], a["arm"]) < std::pair(b["labels"], b["arm"]);
    });
    return cells;
  }
  static nlohmann::json report(const Arguments& words) {
    const auto r = run(Arguments{"report"} + words + Arguments{"--json"});
    EXPECT_EQ(code(r.status), 0) << r.errors;
    return r.status == 0 ? nlohmann::json::parse(r.output) : nlohmann::json();
  }
};

TEST_F(Report, OfTheRunsOfAComparisonHasItsTables) {
  make_comparison({"vat", "supervised"});
  const auto found = report({"it"});
  EXPECT_EQ(by_arm(found), by_arm(kept()));
  EXPECT_EQ(found["warnings"], kept()["warnings"]);
  EXPECT_EQ(found["finished"], 8);
}

TEST_F(Report, SeedsThatAreMissingAreHolesAndNoPairs) {
  make_comparison({"vat", "supervised"});
  const auto r = run({"report", "it/vat-20-labels-seed-1", "it/supervised-20-labels-seed-1",
                      "it/supervised-20-labels-seed-0"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, AllOf(HasSubstr("every seed, 0 to 1"), HasSubstr("too few pairs"),
                              ::testing::Not(HasSubstr("not finished"))));
  EXPECT_THAT(r.output, ::testing::Not(HasSubstr("compare.html"))) << "nothing was asked for";
}

TEST_F(Report, AMethodWithOtherOptionsIsAnArmOfItsOwn) {
  make_comparison({"vat", "supervised"});
  train("vat", "0", "that", {"--epsilon", "7"});
  const auto found = report({"it", "that", "--baseline", "vat epsilon=7.0", "--to", "tables"});
  ASSERT_EQ(found["arms"].size(), 3) << found["arms"];
  EXPECT_THAT(found["arms"].dump(), AllOf(HasSubstr("vat epsilon=7.0"), HasSubstr("supervised")));
  EXPECT_EQ(found["baseline"], "vat epsilon=7.0");
  expect_refused({"report", "it", "that", "--baseline", "vat"}, ExitCode::usage, "'vat'");
  EXPECT_THAT(found["warnings"].dump(), HasSubstr("vat stands here 2 times"));
  for (const char* file : {"compare.html", "compare.json", "compare.csv", "compare.tex"})
    EXPECT_TRUE(std::filesystem::exists(std::string("tables/") + file)) << file;
}

TEST_F(Report, RunsThatAreNotFinishedOrRepeatedAreLeftOutInWords) {
  for (const char* seed : {"0", "1", "2"}) train("supervised", seed, std::string("runs/") + seed);
  std::filesystem::copy("runs/0", "again");
  const std::string unfinished = "runs/2/run.json";
  auto record = nlohmann::json::parse(read_text(unfinished));
  record["status"] = "running";
  record.erase("results");
  std::ofstream(unfinished) << record.dump();
  const auto found = report({"runs", "again"});
  EXPECT_EQ(found["finished"], 2);
  EXPECT_THAT(found["warnings"].dump(),
              AllOf(HasSubstr("is not finished"), HasSubstr("again repeats")));
}

TEST_F(Report, OtherFoldersOfDataAreNamed) {
  train("supervised", "0", "it");
  std::filesystem::copy("it", "other");
  auto record = nlohmann::json::parse(read_text("other/run.json"));
  record["options"]["data"]["value"] = "/elsewhere/digits/.";
  record["options"]["seed"]["value"] = 1;
  std::ofstream("other/run.json") << record.dump();
  EXPECT_THAT(report({"it", "other"})["warnings"].dump(),
              HasSubstr("other from /elsewhere/digits: errors compare only where"));
  EXPECT_THAT(report({"other"})["warnings"].dump(), ::testing::Not(HasSubstr("elsewhere")));
}

TEST_F(Report, WhatIsNoRunIsRefused) {
  expect_refused({"report"}, ExitCode::usage, "folders of runs");
  expect_refused({"report", "nowhere"}, ExitCode::storage, "nothing");
  std::filesystem::create_directory("empty");
  expect_refused({"report", "empty"}, ExitCode::storage, "neither");
  train("supervised", "0", "it");
  expect_refused({"report", "it", "--baseline", "vat"}, ExitCode::usage, "'vat'");
  std::filesystem::copy("it", "other");
  auto record = nlohmann::json::parse(read_text("other/run.json"));
  record["dataset"] = "mnist";
  std::ofstream("other/run.json") << record.dump();
  expect_refused({"report", "it", "other"}, ExitCode::data, "one on mnist");
  record["dataset"] = "digits";
  record["data"]["classes"][3] = "drei";
  std::ofstream("other/run.json") << record.dump();
  expect_refused({"report", "it", "other"}, ExitCode::data, "the classes of it, 10: 0, 1");
  std::ofstream("other/run.json") << "{";
  expect_refused({"report", "other"}, ExitCode::storage, "other/run.json");
}

}  // namespace
}  // namespace sslhost::host
