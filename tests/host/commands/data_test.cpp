// SPDX-License-Identifier: Apache-2.0
// Datasets, their options and splits through the whole program.
#include <sstream>

#include "tests/datasets/cifar10_bytes.hpp"
#include "tests/datasets/idx_bytes.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Data : public Program {
 protected:
  static Arguments rings_run(const std::string& out, const Arguments& more = {}) {
    return small_run(30, out) + Arguments{"--dataset", "rings", "--recipe",      "none",
                                          "--points",  "60",    "--test-points", "40"} +
           more;
  }
  static nlohmann::json record(const std::string& run) {
    return nlohmann::json::parse(read_text(run + "/run.json"));
  }
};

TEST_F(Data, FloatFeaturesGoThroughTrainingPredictionAndReport) {
  const auto result = result_of(rings_run("run", {"--data-seed", "5"}));
  EXPECT_EQ(result["dataset"], "rings");
  EXPECT_EQ(result["labels"], 10) << "five for each class";
  EXPECT_EQ(result["test_samples"], 40);
  const auto data = record("run")["data"];
  EXPECT_EQ(data["shape"], (nlohmann::json{2, 1, 1}));
  EXPECT_NEAR(data["data_rms"].get<double>(), 1.59, 0.15) << "root of (1 + 4) / 2, and noise";
  EXPECT_THAT(read_text("run/report.html"), HasSubstr("</html>"));

  const auto r = run({"predict", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  const auto wrong = std::llround(result["test_error"].get<double>() * 40);
  EXPECT_THAT(r.errors, HasSubstr(std::to_string(wrong) + " of 40 wrong"))
      << "the same points as in the run";
  EXPECT_THAT(r.output, HasSubstr(",inner,"));
}

TEST_F(Data, ARunFindsItsDataFromAnotherFolder) {
  const auto files = folder_.folder("files");
  idx::write_set(files, 40, 4);
  const Arguments own = {"--dataset", "mnist", "--data", "files", "--labels", "8"};
  result_of(small_run(10, "run") + own);
  std::filesystem::current_path(folder_.folder("elsewhere"));
  const auto r = run({"predict", "../run"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
}

TEST_F(Data, PredictionsOfAPartHeldOutAreNumberedAsInTheData) {
  result_of(rings_run("run", {"--holdout", "7"}));
  const auto r = run({"predict", "run"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  std::vector<int64_t> indices;
  std::istringstream lines(r.output);
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line);) indices.push_back(std::stoll(line));
  const auto split = nlohmann::json::parse(read_text("run/split.json"));
  EXPECT_EQ(nlohmann::json(indices), split["test"]) << split.dump().substr(0, 300);
}

/// The small files, with an image for training of the test part's class.
auto files_to_learn_from() {
  auto files = cifar10::small_files();
  for (auto& [name, content] : files)
    if (name == "data_batch_5.bin") content = cifar10::batch_bytes({9}, 50);
  return files;
}

TEST_F(Data, ClassNamesAreQuotedWhereCsvAsksForIt) {
  auto files = files_to_learn_from();
  for (auto& [name, content] : files)
    if (name == "batches.meta.txt")
      content = cifar10::text_bytes("a\nb\nc\nd\ne\nf\ng\nh\ni\nj,k\n");
  const auto folder = folder_.folder("cifar");
  for (const auto& [name, content] : files) idx::write_file(folder / name, content);
  result_of({"--plugin", "supervised", "--dataset", "cifar10", "--data", "cifar", "--labels", "5",
             "--draw", "random", "--model", "mlp-8", "--iterations", "3", "--threads", "1", "--out",
             "run"});
  const auto r = run({"predict", "run"});
  EXPECT_THAT(r.output, HasSubstr("0,\"j,k\",")) << r.errors;
}

TEST_F(Data, RingsThatAreStoppedGoOnToTheSameEnd) {
  result_of(rings_run("whole"));
  result_of(rings_run("again"));
  expect_same_end("again", "whole");
  result_of(rings_run("other", {"--data-seed", "1"}));
  EXPECT_NE(read_text("other/model.safetensors"), read_text("whole/model.safetensors"));
}

TEST_F(Data, PredictingAnotherDatasetPassesOverTheOptionsOfTheFirst) {
  result_of(rings_run("run"));
  const auto r = run({"predict", "run", "--dataset", "digits"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(r.errors,
              AllOf(HasSubstr("the model's classes: inner outer"), Not(HasSubstr("data_seed"))));
}

TEST_F(Data, ANetworkThatDoesNotFitTheShapeIsRefused) {
  const auto r = run(rings_run("run", {"--model", "cnn-4x4"}));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage)) << r.errors;
}

TEST_F(Data, CifarIsReadFromItsArchive) {
  std::vector<cifar10::Buffer> entries;
  for (const auto& [name, content] : files_to_learn_from())
    entries.push_back(cifar10::tar_entry("cifar-10-batches-bin/" + name, content));
  const auto archive = idx::gzip(cifar10::tar_of(entries));
  idx::write_file("small.tar.gz", archive);
  const Arguments command = {
      "--plugin",     "supervised", "--dataset", "cifar10", "--data",  "small.tar.gz",
      "--labels",     "5",          "--draw",    "random",  "--model", "mlp-8",
      "--iterations", "3",          "--threads", "1",       "--out"};
  result_of(command + Arguments{"run", "--origin", "made for a test"});
  EXPECT_EQ(record("run")["data"]["shape"], (nlohmann::json{3, 32, 32}));
  EXPECT_EQ(record("run")["data"]["classes"][0], "a");
  EXPECT_THAT(record("run")["data"]["origin"].get<std::string>(),
              AllOf(HasSubstr("not the official files"), HasSubstr("made for a test")));
  idx::write_file("small.tar.gz", {archive.begin(), archive.end() - 9});
  const auto r = run(command + Arguments{"cut"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data));
  EXPECT_THAT(r.errors, AllOf(HasSubstr("small.tar.gz, byte "), HasSubstr("gzip stream")));
}

TEST_F(Data, ValidationMayBeAShareAndLabelsAllThereAre) {
  const Arguments supervised = {"--plugin",     "supervised", "--dataset", "rings",
                                "--points",     "61",         "--model",   "mlp-8",
                                "--iterations", "5",          "--threads", "1"};
  result_of(supervised + Arguments{"--labels", "-1", "--validation", "0.1", "--overlap", "false",
                                   "--out", "all"});
  const auto data = record("all")["data"];
  EXPECT_EQ(data["validation"], 6);
  EXPECT_EQ(data["labeled"], 55);
  EXPECT_EQ(data["unlabeled"], 0);
  const auto r = run(rings_run("vat", {"--labels", "-1", "--overlap", "false"}));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::data)) << r.errors;
  EXPECT_THAT(
      r.errors,
      HasSubstr("phase 'train', the unlabeled stream\n  expected  at least one unlabeled sample"));
}

TEST_F(Data, AnOptionOfAnotherPluginIsCalledThat) {
  ASSERT_EQ(code(run({"--plugin", "vat", "--help"}).status), 0);  // probes it
  ASSERT_EQ(code(run({"--dataset", "rings", "--help"}).status), 0);
  const auto r =
      run({"--plugin", "supervised", "--epsilon", "2", "--test-points", "9", "--nothing", "1"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(
      r.errors,
      AllOf(HasSubstr("no option 'epsilon'"), HasSubstr("it is an option of method vat\n"),
            HasSubstr("it is an option of dataset rings\n"), HasSubstr("no option 'nothing'\n")));
}

TEST_F(Data, HelpOfAMethodShowsTheOptionsOfEveryRunToo) {
  const auto r = run({"--plugin", "vat", "--help"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(
      r.output,
      AllOf(HasSubstr("  --epsilon NUMBER\n"), HasSubstr("Options of every method:\n"),
            HasSubstr("  --validation NUMBER\n"), HasSubstr("  --draw balanced|random|medoids\n")));
  EXPECT_THAT(run({"--dataset", "rings", "--help"}).output,
              AllOf(HasSubstr("  --data-noise NUMBER\n"), Not(HasSubstr("--validation"))));
}

}  // namespace
}  // namespace sslhost::host
