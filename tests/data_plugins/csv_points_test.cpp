// SPDX-License-Identifier: Apache-2.0
// A dataset with names and an unlabeled part, from training to a resumed run.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ATen/Functions.h>

#include "host/data/split_file.hpp"
#include "tests/conformance/stepper.hpp"
#include "tests/data_plugins/data_run.hpp"
#include "tests/data_plugins/points_file.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CsvPoints : public ::testing::Test {
 protected:
  CsvPoints() { usual_points().write(file); }
  static TrainRequest where() {
    auto request = this_build();
    request.plugin_folders.push_back(data_plugins());
    return request;
  }
  RunResult train_into(const std::string& name, OptionTexts more = {}) {
    more.emplace_back("out", (folder / name).string());
    return train(data_run("csv-points", file, more), silent);
  }
  void stop_in(const std::string& name) {
    StopAt observer(8);
    auto request = data_run("csv-points", file, {{"out", (folder / name).string()}});
    EXPECT_EQ(failure_of([&] { train(request, observer); }).code(), ExitCode::stopped);
  }
  /// The file with that piece replaced.
  void change(const std::string& piece, const std::string& other) {
    auto text = usual_points().text();
    const auto at = text.find(piece);
    ASSERT_NE(at, text.npos);
    write_text(file, text.replace(at, piece.size(), other));
  }
  TemporaryFolder folder;
  std::filesystem::path file = folder / "points.csv";
  Silent silent;
};

TEST_F(CsvPoints, TheUnlabeledPartIsInThePoolAndNamesAreInTheSplit) {
  train_into("run");
  const auto record = nlohmann::json::parse(read_text(folder / "run/run.json"));
  EXPECT_EQ(record["data"]["unlabeled"], 40 + 30);
  const auto split = host::load_split(folder / "run/split.json");
  EXPECT_EQ(split.split.unlabeled_size, 30);
  ASSERT_EQ(split.names.size(), 4u);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(split.names[i], "train " + std::to_string(split.split.labeled[i]));
  EXPECT_THAT(read_text(folder / "run/pictures/decision-map.svg"), HasSubstr("class=\"point\""))
      << "points without a label have no class";
}

TEST_F(CsvPoints, UnlabeledPointsCount) {
  train_into("all");
  train_into("labeled", {{"unlabeled", "40"}});
  EXPECT_NE(model_of(folder / "all"), model_of(folder / "labeled"));
}

TEST_F(CsvPoints, AStoppedRunGoesOnToTheSameBits) {
  train_into("whole");
  stop_in("part");
  resume(folder / "part", where(), silent);
  EXPECT_EQ(model_of(folder / "part"), model_of(folder / "whole"));
  EXPECT_EQ(metrics_of(folder / "part"), metrics_of(folder / "whole"));
}

TEST_F(CsvPoints, AResumedRunWantsTheSamplesThatItWasBegunWith) {
  stop_in("run");
  const auto said = [&] {
    const auto error = failure_of([&] { resume(folder / "run", where(), silent); });
    EXPECT_EQ(error.code(), ExitCode::data);
    return std::string(error.what());
  };
  const auto labeled = host::load_split(folder / "run/split.json").split.labeled;
  change("\ntrain " + std::to_string(labeled[2]) + ",", "\nanother,");
  EXPECT_THAT(said(), AllOf(HasSubstr("split.json, field names[2]: expected another"),
                            HasSubstr("found train " + std::to_string(labeled[2]))));
  PointsFile().add("train", 40, true).add("test", 20, true).add("unlabeled", 29, false).write(file);
  EXPECT_THAT(said(), HasSubstr("30 unlabeled samples, as when the split was drawn, found 29"));
}

TEST_F(CsvPoints, LabelsOfUnlabeledAndTestSamplesChangeNothing) {
  Stepper clean(data_run("csv-points", file)), poisoned(data_run("csv-points", file)),
      mislabeled(data_run("csv-points", file));
  poisoned.poison(/*labeled=*/false, /*others=*/true);
  mislabeled.poison(/*labeled=*/true, /*others=*/false);
  for (auto* stepper : {&clean, &poisoned, &mislabeled}) stepper->run(8);
  const auto expected = clean.parameters();
  bool same = true;
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(at::equal(poisoned.parameters()[i], expected[i])) << i;
    same = same && at::equal(mislabeled.parameters()[i], expected[i]);
  }
  EXPECT_FALSE(same) << "then the poisoning above proves nothing either";
}

TEST_F(CsvPoints, WithoutALabeledTestPartAQuarterIsHeldOut) {
  PointsFile().add("train", 40, true).add("test", 20, false).write(file);
  EXPECT_EQ(train_into("a").test_samples, 10);
  EXPECT_EQ(train_into("b", {{"holdout", "12"}}).test_samples, 12);
  PointsFile().add("train", 41, true).write(file);
  EXPECT_EQ(train_into("c").test_samples, 11);
}

TEST_F(CsvPoints, WithoutLabelsNothingIsTrained) {
  PointsFile().add("train", 40, false).add("test", 20, true).write(file);
  const auto error = failure_of([&] { train_into("run"); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), HasSubstr("dataset csv-points, train.labels: expected one for each"));
}

TEST_F(CsvPoints, MistakesAreListedByName) {
  auto points = PointsFile().add("train", 40, true).text();
  points += "\"a\" point,test,-1,0.5,blue\nb point,test,1.5,0.5,red\n";
  write_text(file, points);
  train_into("run", {{"iterations", "200"}});
  const auto text = read_text(folder / "run/pictures/mistakes.csv");
  EXPECT_THAT(
      text, AllOf(HasSubstr("index,name,label,predicted,probability\n"),
                  HasSubstr("0,\"\"\"a\"\" point\",blue,red,"), HasSubstr("1,b point,red,blue,")));
}

}  // namespace
}  // namespace sslhost::testing
