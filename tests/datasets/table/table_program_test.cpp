// SPDX-License-Identifier: Apache-2.0
// A table from outside: recognized, trained on, predicted.
#include <algorithm>

#include "sslhost/training/integers.hpp"

#include "tests/host/commands/running_program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TableProgram : public StoppedProgram {
 protected:
  /// Two kinds of flowers, of three features; all with a label, or every third.
  void write(const std::string& name, int count = 60, bool all_labeled = true) const {
    random::Integers draws(random::name_key(name));
    std::string text = "id,length,width,color,kind\n";
    for (int i = 0; i < count; ++i) {
      const bool rose = i % 2 == 0;
      text += "f" + std::to_string(i) + "," +
              std::to_string((rose ? 100 : 140) + 20 * draws.unit()) + "," +
              std::to_string(draws.unit()) + "," + (rose ? "red" : "white") + "," +
              (all_labeled || i % 3 == 0 ? rose ? "rose" : "daisy" : "") + "\n";
    }
    folder_.write(name, text);
  }
  static Arguments training(const std::string& data, const std::string& out = "run") {
    return small_run(200, out) + Arguments{"--data", data};
  }
  static nlohmann::json record_of(const std::string& out) {
    return nlohmann::json::parse(read_text(out + "/run.json"));
  }
};

TEST_F(TableProgram, NeedsNoFlagButData) {
  write("flowers.csv");
  const auto r = run(training("flowers.csv"));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("labels from column 'kind' (the last one), 2 classes"));
  const auto record = record_of("run");
  EXPECT_EQ(record["dataset"], "table");
  EXPECT_EQ(record["data"]["classes"], (std::vector<std::string>{"daisy", "rose"}));
  EXPECT_EQ(record["data"]["shape"], (std::vector<int>{4, 1, 1}));
  EXPECT_EQ(record["results"]["test_errors"], 0) << "length and color tell, once standardized";
  EXPECT_THAT(read_text("run/report.html"), HasSubstr("daisy"));
}

TEST_F(TableProgram, RowsWithoutALabelJoinTheUnlabeledPool) {
  write("flowers.csv", 60, false);
  result_of(training("flowers.csv"));
  EXPECT_EQ(record_of("run")["data"]["unlabeled"], 40 + 15);
  EXPECT_EQ(record_of("run")["data"]["labeled"], 15);
}

TEST_F(TableProgram, OthersArePredictedByTheNamesOfTheirColumns) {
  write("flowers.csv");
  result_of(training("flowers.csv"));
  folder_.write("new.csv",
                "color;price;length;width;id\nred;9;105,5;0,5;a\nwhite;9;155;;b\n"
                "green;9;157;0,1;c\n");
  for (const std::string model : {"run", "run/model.safetensors"}) {
    const auto r = run({"predict", model, "--data", "new.csv"});
    ASSERT_EQ(code(r.status), 0) << r.errors;
    EXPECT_THAT(r.output, StartsWith("index,name,predicted,probability\n0,a,rose,"));
    EXPECT_THAT(r.output, AllOf(HasSubstr("\n1,b,daisy,"), HasSubstr("\n2,c,")));
    const auto by_path = run({"predict", model, "new.csv"});
    EXPECT_EQ(by_path.output, r.output) << by_path.errors;
    EXPECT_THAT(r.errors, AllOf(HasSubstr("no such column: 'price'"), HasSubstr("warning: new.csv"),
                                HasSubstr("1 category that the training table has not")));
  }
  const auto two = run({"predict", "run", "new.csv", "new.csv"});
  EXPECT_THAT(two.errors, HasSubstr("one path of dataset table"));
  const auto moved = run({"predict", "run", "new.csv", "--move", "by"});
  EXPECT_THAT(moved.errors, HasSubstr("whose samples are no files"));
  EXPECT_EQ(code(moved.status), static_cast<int>(ExitCode::usage));
  const auto quiet = run({"predict", "run", "--data", "new.csv", "--quiet"});
  EXPECT_THAT(quiet.errors, ::testing::Not(HasSubstr("price")));
}

TEST_F(TableProgram, WhatTheRunHeldOutIsPredictedFromItsOwnTable) {
  write("flowers.csv");
  result_of(training("flowers.csv"));
  const auto r = run({"predict", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("0 of 15 wrong"));
}

TEST_F(TableProgram, ColumnsThatAreMissingAreNamed) {
  write("flowers.csv");
  result_of(training("flowers.csv"));
  folder_.write("new.csv", "length,color\n100,red\n");
  const auto r = run({"predict", "run", "--data", "new.csv"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_EQ(r.output, "");
  EXPECT_THAT(r.errors, AllOf(HasSubstr("new.csv"), HasSubstr("'width'")));
}

TEST_F(TableProgram, AModelOfOtherDataKnowsNoColumns) {
  result_of(small_run(5, "run"));
  write("flowers.csv");
  const auto r = run({"predict", "run", "--data", "flowers.csv"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, HasSubstr("trained on a table"));
}

TEST_F(TableProgram, BadTablesEndBeforeThereIsARun) {
  folder_.write("flowers.csv", "length,kind\n1,rose\ntwo,daisy\n");
  const auto r = run(training("flowers.csv"));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("line 3, column 'length'"), HasSubstr("'two'")));
  EXPECT_FALSE(std::filesystem::exists("run"));
}

TEST_F(TableProgram, TrainsInItsOwnFolderTwice) {
  write("data/train.csv");
  write("data/test.csv", 20);
  std::filesystem::current_path("data");
  for (const std::string out : {"runs/a", "runs/b"}) result_of(training(".", out));
  EXPECT_EQ(record_of("runs/b")["data"], record_of("runs/a")["data"]);
  EXPECT_EQ(record_of("runs/b")["data"]["test"], 20);
}

TEST_F(TableProgram, AStoppedRunGoesOnToTheSameBits) {
  write("flowers.csv", 60, false);
  expect_to_go_on("flowers.csv");
}

}  // namespace
}  // namespace sslhost::host
