// SPDX-License-Identifier: Apache-2.0
#include "tests/host/comparison/comparing.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Compare = Comparing;

TEST_F(Compare, AllArmsOfASeedHaveTheSameSplitNetworkAndUpdates) {
  const auto r =
      run(small({"vat", "fixmatch", "supervised"}, {"--labels", "20,50", "--seeds", "2"}));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, AllOf(HasSubstr("20 labels"), HasSubstr("50 labels"), HasSubstr("of 2")));
  const auto json = kept();
  EXPECT_EQ(json["baseline"], "supervised");
  EXPECT_EQ(json["finished"], 12);
  std::map<std::pair<int, int>, std::string> splits;
  for (const auto& run : json["runs"]) {
    const auto hash = run["split_hash"].get<std::string>();
    const auto [at, first] = splits.emplace(std::pair(run["labels"], run["seed"]), hash);
    EXPECT_EQ(at->second, hash) << run["run"];
    EXPECT_EQ(run["iterations"], 30);
    EXPECT_GT(run["peak_memory"], 10'000'000);
    EXPECT_GT(run["samples_drawn"], 0);
  }
  EXPECT_EQ(splits.size(), 4U);
  for (const char* file : {"compare.html", "compare.csv", "compare.tex", "plan.json"})
    EXPECT_TRUE(std::filesystem::exists(std::string("it/") + file)) << file;
}

TEST_F(Compare, WhatIsThereIsNotRunAgainAndALongerOneAddsToIt) {
  ASSERT_EQ(code(run(small({"vat", "supervised"}, {"--labels", "20", "--seeds", "1"})).status), 0);
  const auto before = age("vat-20-labels-seed-0");
  const auto r =
      run(small({"vat", "supervised", "fixmatch"}, {"--labels", "20,50", "--seeds", "2"}));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(age("vat-20-labels-seed-0"), before);
  EXPECT_EQ(kept()["finished"], 12);
  const auto other =
      small({"vat", "supervised"}, {"--labels", "20", "--seeds", "1", "--epsilon=3"});
  expect_refused(other, ExitCode::storage, "instead of 3");
}

TEST_F(Compare, TheDefaultFolderIsThatOfTheDataAndOptions) {
  const Arguments dry = {"compare", "vat", "supervised", "--dry-run"};
  const auto folder = [&](const Arguments& more) {
    const auto text = run(dry + more).output;
    return text.substr(text.find("folder: "));
  };
  const auto first = folder({"--labels", "20"});
  EXPECT_THAT(first, HasSubstr("/runs/compare-digits-"));
  EXPECT_EQ(folder({"--labels", "50,100", "--seeds", "9"}), first);
  EXPECT_NE(folder({"--iterations", "7"}), first);
  EXPECT_FALSE(std::filesystem::exists("runs"));
}

TEST_F(Compare, ADryRunSaysWhatDiffersAndWhatIsThere) {
  const auto arguments = small({"vat/digits", "supervised"}, {"--labels", "20", "--seeds", "2"});
  const auto r = run(arguments + Arguments{"--dry-run"});
  EXPECT_EQ(code(r.status), 0);
  EXPECT_THAT(r.output,
              AllOf(HasSubstr("4 runs"), HasSubstr("0 finished"), HasSubstr("unknown until")));
  EXPECT_FALSE(std::filesystem::exists("it"));
  ASSERT_EQ(
      code(run(small({"vat/digits", "supervised"}, {"--labels", "20", "--seeds", "1"})).status), 0);
  EXPECT_THAT(run(arguments + Arguments{"--dry-run"}).output,
              AllOf(HasSubstr("2 finished, 0 to go on with, 2 to begin"), HasSubstr("about ")));
}

TEST_F(Compare, WhatStillDiffersIsNamed) {
  folder_.write("mine.toml",
                "plugin = \"vat\"\ndataset = \"digits\"\nmodel = \"mlp-8\"\noptimizer = \"sgd\"\n");
  const auto r = run({"compare", "mine.toml", "supervised", "vat", "--dry-run"});
  EXPECT_THAT(r.output, AllOf(HasSubstr("model: mlp-256-256 (supervised, vat), mlp-8 (mine.toml)"),
                              HasSubstr("optimizer: adam (supervised, vat), sgd (mine.toml)")))
      << r.errors;
}

TEST_F(Compare, VariantsAreChosenByValidationAndCounted) {
  const auto r = run(small({"vat", "supervised"}, {"--labels", "20", "--seeds", "2", "--vary",
                                                   "epsilon=0.1,5", "--validation", "60"}));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, AllOf(HasSubstr("variants tried"), HasSubstr("epsilon=")));
  const auto json = kept();
  EXPECT_EQ(json["cells"][0]["trials"], 2);
  EXPECT_EQ(json["cells"][1]["trials"], 1) << "supervised has no epsilon";
  EXPECT_EQ(json["runs"].size(), 6U);
  EXPECT_FALSE(json["runs"][0]["validation_error"].is_null());
}

TEST_F(Compare, TheConfigurationThatItIsMadeFromIsThereAsJson) {
  const auto r = run({"config", "--json", "--plugin", "vat", "--epsilon", "2"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  const auto json = nlohmann::json::parse(r.output);
  EXPECT_EQ(json["epsilon"]["value"], "2.0");
  EXPECT_EQ(json["epsilon"]["from"], "--epsilon");
  EXPECT_EQ(json["labels"]["from"], "recipe vat/digits, line 4");
}

TEST_F(Compare, TheResultIsOneLineOfJson) {
  const auto r =
      run(small({"vat", "supervised"}, {"--labels", "20", "--seeds", "1", "--json", "--quiet"}));
  EXPECT_EQ(std::count(r.output.begin(), r.output.end(), '\n'), 1);
  EXPECT_EQ(nlohmann::json::parse(r.output), kept());
  EXPECT_THAT(r.errors, Not(HasSubstr("runs")));
}

TEST_F(Compare, ARunThatDivergesIsRecordedAndTheExitCodeIsItsOwn) {
  const auto r =
      run(small({"vat", "supervised"}, {"--labels", "20", "--seeds", "1", "--weight", "1e38",
                                        "--optimizer", "sgd", "--learning-rate", "1e20"}));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::diverged)) << r.errors;
  EXPECT_GE(kept()["failed"], 1);
}

}  // namespace
}  // namespace sslhost::host
