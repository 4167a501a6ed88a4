// SPDX-License-Identifier: Apache-2.0
// sslhost predict from outside: data with and without labels, of a run and of others, and a model
// file alone.
#include <algorithm>
#include <set>

#include "tests/data_plugins/points_file.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::PointsFile;
using sslhost::testing::usual_points;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Predict : public Program {
 protected:
  Predict() { usual_points().write("points.csv"); }
  static Arguments plugins() { return {"--plugin-dir", built("tests/data_plugins")}; }
  static void train_into(const std::string& out, const Arguments& more = {}) {
    result_of(small_run(20, out) +
              Arguments{"--dataset", "csv-points", "--data", "points.csv", "--labels", "4"} +
              plugins() + more);
  }
  static ChildResult predict(const Arguments& arguments) {
    return run(Arguments{"predict"} + arguments + plugins());
  }
  /// What is printed for a prediction that succeeds.
  static std::string printed(const Arguments& arguments) {
    const auto r = predict(arguments);
    EXPECT_EQ(code(r.status), 0) << r.errors;
    return r.output;
  }
  static std::string refusal(const Arguments& arguments, ExitCode expected) {
    const auto r = predict(arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    EXPECT_EQ(r.output, "");
    return r.errors;
  }
  static int64_t lines(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  }
  /// The fields of a column, without its head.
  static std::vector<std::string> column(const std::string& text, size_t wanted) {
    std::vector<std::string> fields;
    std::istringstream all(text);
    std::string line;
    for (std::getline(all, line); std::getline(all, line);) {
      std::istringstream one(line);
      std::string field;
      for (size_t i = 0; i <= wanted; ++i) std::getline(one, field, ',');
      fields.push_back(field);
    }
    return fields;
  }
};

TEST_F(Predict, NamesStandBesideLabelsAndPredictions) {
  train_into("run");
  const auto r = predict({"run"});
  EXPECT_THAT(r.output, StartsWith("index,name,label,predicted,probability\n0,test 0,red,"));
  EXPECT_EQ(lines(r.output), 1 + 20);
  EXPECT_THAT(r.errors, HasSubstr(" of 20 wrong"));
}

TEST_F(Predict, DataWithoutLabelsAreNotCounted) {
  train_into("run");
  PointsFile().add("test", 7, false).write("new.csv");
  const auto r = predict({"run", "--data", "new.csv"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, StartsWith("index,name,predicted,probability\n0,test 0,"));
  EXPECT_EQ(lines(r.output), 1 + 7);
  EXPECT_THAT(r.errors, Not(HasSubstr("wrong")));
  // The same points with labels: the same predictions.
  PointsFile().add("test", 7, true).write("labeled.csv");
  const auto labeled = printed({"run", "--data", "labeled.csv"});
  EXPECT_EQ(column(labeled, 4), column(r.output, 3));
}

TEST_F(Predict, WhereThereIsNoTestPartOtherPartsServe) {
  train_into("run");
  PointsFile().add("train", 5, true).add("unlabeled", 6, false).write("new.csv");
  EXPECT_EQ(column(printed({"run", "--data", "new.csv"}), 1)[5], "unlabeled 5");
  PointsFile().add("train", 5, true).write("new.csv");
  EXPECT_EQ(column(printed({"run", "--data", "new.csv"}), 1)[4], "train 4");
  PointsFile().add("train", 5, false).write("new.csv");
  EXPECT_THAT(printed({"run", "--data", "new.csv"}),
              StartsWith("index,name,predicted,probability\n"));
  PointsFile().write("new.csv");
  EXPECT_THAT(refusal({"run", "--data", "new.csv"}, ExitCode::plugin), HasSubstr("samples"));
}

TEST_F(Predict, TheTrainingPartOfARunsOwnDataIsNotPredicted) {
  train_into("run");
  PointsFile().add("train", 40, true).write("points.csv");  // since then without a test part
  EXPECT_THAT(refusal({"run"}, ExitCode::data), HasSubstr("a test part, or an unlabeled one"));
  EXPECT_THAT(refusal({"run", "--data", "./points.csv"}, ExitCode::data),
              HasSubstr("a test part, or an unlabeled one"));
}

TEST_F(Predict, AfterAHoldoutTheRunsOwnDataGiveThePartHeldOutAndOthersTheirs) {
  PointsFile().add("train", 40, true).add("unlabeled", 30, false).write("points.csv");
  train_into("run", {"--holdout", "6"});
  const auto own = printed({"run"});
  const auto split = nlohmann::json::parse(read_text("run/split.json"));
  std::vector<int64_t> indices;
  for (const auto& index : column(own, 0)) indices.push_back(std::stoll(index));
  EXPECT_EQ(nlohmann::json(indices), split["test"]);
  for (size_t i = 0; i < indices.size(); ++i)
    EXPECT_EQ(column(own, 1)[i], "train " + std::to_string(indices[i]));
  std::filesystem::copy_file("points.csv", "copy.csv");
  EXPECT_EQ(printed({"run", "--data", "copy.csv"}), own) << "training samples by another name";
  PointsFile().add("test", 7, true).write("new.csv");
  EXPECT_EQ(lines(printed({"run", "--data", "new.csv"})), 1 + 7);
  std::filesystem::copy_file("new.csv", "points.csv",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(refusal({"run"}, ExitCode::data), HasSubstr("split.json"));
}

TEST_F(Predict, ATestPartWithoutLabelsIsWhatIsToBePredicted) {
  PointsFile().add("train", 40, true).add("test", 20, false).write("points.csv");
  train_into("run", {"--holdout", "6"});
  const auto text = printed({"run"});
  EXPECT_EQ(column(text, 1)[19], "test 19");
  EXPECT_THAT(text, StartsWith("index,name,predicted,"));
}

TEST_F(Predict, OptionsOfTheDatasetAreTakenAndNoOthers) {
  train_into("run", {"--factor", "2"});
  const auto recorded = printed({"run"});
  EXPECT_EQ(printed({"run", "--factor", "2"}), recorded) << "as the run recorded";
  EXPECT_NE(printed({"run", "--factor", "1"}), recorded);
  EXPECT_THAT(refusal({"run", "--epsilon", "2"}, ExitCode::usage),
              AllOf(HasSubstr("sslhost predict"), HasSubstr("no option 'epsilon'")));
  EXPECT_THAT(refusal({"run", "--factr", "2"}, ExitCode::usage), HasSubstr("did you mean factor?"));
  EXPECT_THAT(refusal({"run", "--labels", "4"}, ExitCode::usage), HasSubstr("'labels'"));
  EXPECT_THAT(refusal({"run", "--factor", "much"}, ExitCode::usage), HasSubstr("factor"));
}

TEST_F(Predict, OtherClassesAreRefusedAndNoneAreNeededWithoutLabels) {
  train_into("run");
  EXPECT_THAT(refusal({"run", "--classes", "red green"}, ExitCode::data), HasSubstr("'blue'"));
  PointsFile().add("test", 3, false).write("new.csv");
  EXPECT_THAT(refusal({"run", "--data", "new.csv", "--classes", "red green"}, ExitCode::data),
              AllOf(HasSubstr("the model's classes: red blue"), HasSubstr("red green")));
  EXPECT_EQ(lines(printed({"run", "--data", "new.csv", "--set", "classes="})), 1 + 3);
}

TEST_F(Predict, AModelFileIsEnough) {
  train_into("run");
  const auto expected = printed({"run"});
  std::filesystem::create_directory("alone");
  std::filesystem::copy_file("run/model.safetensors", "alone/model.safetensors");
  std::filesystem::rename("run", "gone");
  const Arguments data = {"--dataset", "csv-points", "--data", "points.csv"};
  EXPECT_EQ(printed(Arguments{"alone"} + data), expected);
  std::filesystem::rename("alone/model.safetensors", "named-otherwise.bin");
  EXPECT_EQ(printed(Arguments{"named-otherwise.bin"} + data), expected);
  EXPECT_THAT(refusal({"named-otherwise.bin"}, ExitCode::usage), HasSubstr("--dataset ID"));
  std::filesystem::copy_file("points.csv", "points");
  EXPECT_THAT(refusal({"named-otherwise.bin", "--data", "points"}, ExitCode::usage),
              HasSubstr("--dataset ID"));
  EXPECT_THAT(refusal(Arguments{"points.csv"} + data, ExitCode::usage), HasSubstr("points.csv"));
  EXPECT_THAT(refusal({"nothing.safetensors"}, ExitCode::storage),
              HasSubstr("nothing.safetensors\n  expected  the model"));
}

}  // namespace
}  // namespace sslhost::host
