// SPDX-License-Identifier: Apache-2.0
// A comparison as a list of jobs.
#include "tests/host/comparison/comparing.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

class Sweep : public Comparing {
 protected:
  static Arguments plan(const Arguments& arms, const Arguments& more = {}) {
    return Arguments{"sweep", "plan", "jobs.json"} + arms +
           Arguments{"--model", "mlp-16",   "--iterations", "20",      "--batch",
                     "10",      "--labels", "20",           "--seeds", "2"} +
           more;
  }
  static ChildResult job(const std::string& index) {
    return run({"sweep", "run", "jobs.json", "--index", index});
  }
};

TEST_F(Sweep, JobsMadeOneByOneGiveTheTablesOfTheComparison) {
  const auto planned = run(plan({"vat", "supervised"}));
  ASSERT_EQ(code(planned.status), 0) << planned.errors;
  EXPECT_THAT(planned.output, HasSubstr("has 4 runs"));
  EXPECT_EQ(code(job("2").status), 0);
  const auto part = run({"sweep", "collect", "jobs.json"});
  EXPECT_EQ(code(part.status), 0) << part.errors;
  EXPECT_THAT(part.output, HasSubstr("3 not finished"));
  for (const char* index : {"0", "1", "2", "3"}) EXPECT_EQ(code(job(index).status), 0) << index;
  const auto r = run({"sweep", "collect", "jobs.json", "--json"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(nlohmann::json::parse(r.output)["finished"], 4);
  EXPECT_TRUE(std::filesystem::exists("jobs/compare.html"));
  auto words = plan({"vat", "supervised"}, {"--out", "it"});
  words.erase(words.begin(), words.begin() + 3);
  ASSERT_EQ(code(run(Arguments{"compare"} + words).status), 0);
  EXPECT_EQ(timeless(kept("jobs")), timeless(kept()));
}

TEST_F(Sweep, AStoppedJobGoesOnAndAFinishedOneIsLeft) {
  ASSERT_EQ(code(run(plan({"vat", "supervised"}, {"--iterations=3000", "--log-every=1"})).status),
            0);
  RunningProgram training(program(), {"sweep", "run", "jobs.json", "--index", "0"},
                          path("log").string());
  const std::string run_folder = "jobs/vat-20-labels-seed-0";
  ASSERT_TRUE(training.until(
      [&] { return std::filesystem::exists(run_folder + "/checkpoint.safetensors"); }));
  training.send(SIGTERM);
  ASSERT_EQ(code(training.wait()), 75) << training.errors();
  EXPECT_EQ(code(job("0").status), 0);
  EXPECT_THAT(job("0").errors, HasSubstr("is finished"));
}

TEST_F(Sweep, RandomDrawsAreJobsToo) {
  const auto r = run(plan({"vat"}, {"--vary", "epsilon=log:0.1..10", "--vary", "xi=1,2", "--random",
                                    "3", "--validation", "40"}));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("vat (3 variants)"));
  EXPECT_EQ(code(job("5").status), 0);
}

TEST_F(Sweep, WhatIsNoJobIsRefused) {
  expect_refused({"sweep"}, ExitCode::usage, "plan, run or collect");
  expect_refused({"sweep", "stop", "jobs.json"}, ExitCode::usage, "'stop'");
  expect_refused({"sweep", "run", "jobs.json", "--index", "0"}, ExitCode::storage, "jobs.json");
  ASSERT_EQ(code(run(plan({"vat", "supervised"})).status), 0);
  expect_refused(plan({"vat", "supervised"}), ExitCode::busy, "one that is there");
  expect_refused({"sweep", "run", "jobs.json"}, ExitCode::usage, "--index N");
  expect_refused({"sweep", "run", "jobs.json", "--index", "4"}, ExitCode::usage, "from 0 to 3");
  expect_refused({"sweep", "run", "jobs.json", "vat"}, ExitCode::usage, "'vat' behind it");
  expect_refused({"sweep", "collect", "jobs.json", "--labels", "20"}, ExitCode::usage, "--labels");
  EXPECT_FALSE(std::filesystem::exists("jobs"));
}

}  // namespace
}  // namespace sslhost::host
