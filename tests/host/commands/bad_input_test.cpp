// SPDX-License-Identifier: Apache-2.0
// Whatever is wrong with a command line, its recipe or its data: the exit code, and an error that
// names it.
#include <fstream>

#include <dlfcn.h>

#include "tests/datasets/idx_bytes.hpp"
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class BadInput : public Program {
 protected:
  /// Refused with this exit code; every part is in the error. No result, and no run folder is left.
  void refused(const Arguments& arguments, ExitCode expected,
               const std::vector<std::string>& parts) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    EXPECT_THAT(r.output, IsEmpty());
    EXPECT_THAT(r.errors, StartsWith("error: "));
    for (const auto& part : parts) EXPECT_THAT(r.errors, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists("runs"));
  }
};

TEST_F(BadInput, AnUnknownPluginIsAnsweredWithTheNearestAndTheFolders) {
  refused({"--plugin", "vatt"}, ExitCode::plugin,
          {"'vatt' (did you mean vat?)", "supervised, uda, vat",
           built("lib/sslhost/plugins").string() + " (install folder)"});
}

TEST_F(BadInput, WithoutAMethodTheFirstCommandIsShown) {
  refused({}, ExitCode::usage, {"a method", "sslhost --plugin vat", "sslhost --help"});
}

TEST_F(BadInput, AMisspeltFlagIsNamedBeforeWhatIsMissing) {
  refused({"--dta", "photos"}, ExitCode::usage, {"--dta", "did you mean data"});
  refused({"--DATA", "photos"}, ExitCode::usage, {"--DATA", "did you mean data"});
  refused({"--plugin", "vat", "--quite"}, ExitCode::usage, {"--quite", "did you mean --quiet?"});
  refused({"data", "--dataset", "digits", "--jsn"}, ExitCode::usage, {"did you mean --json?"});
}

TEST_F(BadInput, DataForWhichNobodyChoosesAMethodNeedOne) {
  idx::write_set(folder_.folder("set"), 60, 3);
  refused({"--data", "set"}, ExitCode::usage, {"for these data nobody chooses", "--plugin vat"});
}

TEST_F(BadInput, AnEmptyFolderIsSaidToBeOne) {
  folder_.folder("empty");
  for (const Arguments& arguments : {Arguments{"data", "empty"}, Arguments{"--data", "empty"}})
    refused(arguments, ExitCode::data, {"an empty folder", "the folder of the photos"});
}

TEST_F(BadInput, WhatIsNoModelIsSaidToBeNone) {
  folder_.write("photo.jpg", "\xFF\xD8\xFF\xE0 not a model");
  folder_.write("photos/1.jpg", "");
  folder_.write("runs of mine/a/config.toml", "");
  refused({"predict", "photo.jpg"}, ExitCode::usage,
          {"a file that is no model", "predict RUN PATH"});
  refused({"predict", "photos", "runs of mine/a"}, ExitCode::usage, {"a folder that is no run"});
  refused({"predict", "runs of mine", "photo.jpg"}, ExitCode::usage,
          {"a folder that holds runs", "runs of mine/a"});
  refused({"export", "photos", "--format", "onnx"}, ExitCode::usage,
          {"a folder that is no run", "sslhost export RUN"});
}

TEST_F(BadInput, EverythingWrongIsReportedAtOnce) {
  setenv("SSLHOST_LABELS", "few", 1);
  refused(
      {"--plugin", "vat", "--epsilom", "3", "--xi", "abc", "--weight", "-1", "--bn-stats", "some"},
      ExitCode::usage,
      {"error: 5 options", "'epsilom' (did you mean epsilon?)", "xi: expected number, found 'abc'",
       "weight: expected a value >= 0, found -1", "--bn-stats: ", "all, labeled, unlabeled",
       "SSLHOST_LABELS: "});
}

TEST_F(BadInput, AnOptionWithoutItsValueIsRefused) {
  refused({"--plugin", "vat", "--out", "--seed", "4"}, ExitCode::usage,
          {"--out: expected a value (text), found none"});
  refused({"--plugin", "vat", "--data", "--seed", "4"}, ExitCode::usage,
          {"error: --data\n  expected  a value\n"});
  refused({"predict", "run", "--data"}, ExitCode::storage, {"run/model.safetensors"});
  refused({"--plugin", "vat", "stray"}, ExitCode::usage, {"'stray', which belongs to no flag"});
}

TEST_F(BadInput, TheLastOfFlagAndSetCountsAndIsNamed) {
  const auto shown = [](const Arguments& more) {
    return run(Arguments{"config", "--explain", "--plugin", "vat"} + more).output;
  };
  EXPECT_THAT(shown({"--set", "epsilon=0.1", "--epsilon", "0.7"}),
              HasSubstr("epsilon = 0.7    (--epsilon)\n"));
  EXPECT_THAT(shown({"--epsilon", "0.7", "--set", "epsilon=0.1"}),
              HasSubstr("epsilon = 0.1    (--set epsilon)\n"));
}

TEST_F(BadInput, ARecipesMistakesAreNamedWithTheirLines) {
  std::ofstream("mine.toml") << "plugin = \"vat\"\n\nepsilom = 3\nseed = \"one\"\n";
  refused({"--recipe", "mine.toml"}, ExitCode::usage,
          {"recipe mine.toml, line 3: there is no option 'epsilom' (did you mean epsilon?)",
           "recipe mine.toml, line 4: seed"});
  std::ofstream("mine.toml") << "plugin = \"vat\"\nseed = = 1\n";
  refused({"--recipe", "mine.toml"}, ExitCode::usage, {"recipe mine.toml, line 2"});
}

TEST_F(BadInput, ARecipeOfAnotherMethodIsRefused) {
  refused({"--plugin", "supervised", "--recipe", "vat/digits"}, ExitCode::usage,
          {"for supervised", "one for vat"});
}

TEST_F(BadInput, AnUnknownRecipeIsAnsweredWithTheNearest) {
  refused({"--recipe", "vat/digit"}, ExitCode::usage, {"did you mean vat/digits"});
}

TEST_F(BadInput, DataThatNoDatasetRecognizesAreRefused) {
  refused({"--plugin", "vat", "--data", "."}, ExitCode::usage,
          {"--data .", "no dataset plugin recognizes", "add --dataset ID"});
}

TEST_F(BadInput, MissingAndTruncatedFilesOfADatasetAreNamed) {
  const Arguments command = {"--plugin", "vat", "--dataset", "mnist", "--data", "mnist files"};
  refused(command, ExitCode::data, {"error: mnist files"});

  const auto folder = folder_.folder("mnist files");
  auto images = idx::image_bytes(20);
  const idx::Buffer labels(20, 1);
  idx::write_file(folder / "t10k-images-idx3-ubyte", images);
  idx::write_file(folder / "t10k-labels-idx1-ubyte", idx::label_bytes(labels));
  idx::write_file(folder / "train-labels-idx1-ubyte", idx::label_bytes(labels));
  refused(command, ExitCode::data, {"train-images-idx3-ubyte", "none of them"});
  images.resize(images.size() - 5);
  idx::write_file(folder / "train-images-idx3-ubyte", images);
  refused(command, ExitCode::data,
          {"mnist files/train-images-idx3-ubyte, byte 131", "120 bytes", "115"});
}

TEST_F(BadInput, DataThatCannotBeLearnedFromAreCalledThat) {
  refused({"--plugin", "vat", "--unlabeled", "1"}, ExitCode::data,
          {"the unlabeled pool", "a single one"});
  const auto folder = folder_.folder("equal");
  idx::write_set(folder, 40, 4);
  idx::write_file(folder / "train-images-idx3-ubyte",
                  idx::idx_bytes({0x803, 40, 2, 3}, idx::Buffer(240, 77)));
  refused({"--plugin", "vat", "--dataset", "mnist", "--data", "equal", "--labels", "8"},
          ExitCode::data, {"samples that differ", "40 equal ones"});
}

TEST_F(BadInput, PathsThatCannotBeReadAreSaidToBeSo) {
  std::filesystem::create_symlink("gone", "dangling");
  refused({"--plugin", "vat", "--data", "dangling"}, ExitCode::data,
          {"a link to gone, where there is nothing"});
  refused({"--plugin", "vat", "--dataset", "mnist", "--data", "dangling"}, ExitCode::data,
          {"a link to gone, where there is nothing"});
  refused({"predict", "dangling"}, ExitCode::storage, {"a link to gone"});
  refused({"predict", "nonexistent"}, ExitCode::storage, {"nonexistent", "nothing there"});
  std::filesystem::create_symlink("loop", "loop");
  refused({"predict", "loop"}, ExitCode::storage, {"a link that leads to itself"});
  refused({"--resume", "loop"}, ExitCode::storage, {"loop"});
  refused({"--plugin", "vat", "--data", "loop"}, ExitCode::data, {"a link that leads to itself"});
  refused({"--plugin", "vat", "--split", "loop"}, ExitCode::data, {"loop"});
}

TEST_F(BadInput, MoreLabelsThanThereAreIsADataError) {
  refused({"--plugin", "vat", "--labels", "100000"}, ExitCode::data,
          {"labels of class 0", "10000 samples"});
  refused({"--plugin", "vat", "--labels", "100000", "--draw", "random"}, ExitCode::data,
          {"100000 samples"});
}

TEST_F(BadInput, AClassWithoutLabelsIsAnErrorWhenBalancedAndAWarningWhenRandom) {
  refused({"--plugin", "vat", "--labels", "9"}, ExitCode::data, {"at least 10", "9"});
  const auto r = run(small_run(5, "run") + Arguments{"--labels", "3", "--draw", "random"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("warning: no labeled sample of class "));
}

TEST_F(BadInput, ATrialStepBelowThePrecisionIsRefused) {
  refused({"--plugin", "vat", "--xi", "1e-9"}, ExitCode::usage,
          {"option xi: too small for the precision of products"});
  refused({"--plugin", "vat", "--xi", "0.01", "--precision", "bf16"}, ExitCode::usage,
          {"option xi: too small for the precision of products"});
}

TEST_F(BadInput, CudaWithoutADriverFailsAndSaysSo) {
  if (dlopen("libcuda.so.1", RTLD_LAZY) != nullptr)
    GTEST_SKIP() << "this machine has an NVIDIA driver";
  refused({"--plugin", "vat", "--device", "cuda"}, ExitCode::device,
          {"no NVIDIA driver", "--device cpu"});
  refused({"--plugin", "vat", "--device", "tpu"}, ExitCode::usage,
          {"auto, cpu, cuda, cuda:N or pretend"});
}

TEST_F(BadInput, AFolderThatIsNotEmptyIsLeftAlone) {
  folder_.write("mine/notes.txt", "precious");
  refused(small_run(5, "mine"), ExitCode::busy, {"error: mine", "notes.txt"});
  EXPECT_EQ(read_text("mine/notes.txt"), "precious");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator("mine"), {}), 1);

  result_of(small_run(5, "run"));
  const auto model = read_text("run/model.safetensors");
  const auto record = read_text("run/run.json");
  refused(small_run(6, "run"), ExitCode::busy, {"error: run"});
  EXPECT_EQ(read_text("run/model.safetensors"), model);
  EXPECT_EQ(read_text("run/run.json"), record);
}

TEST_F(BadInput, ResumeTakesARunAndNothingElse) {
  refused({"--resume", "nowhere"}, ExitCode::storage, {"error: nowhere", "no such folder"});
  refused({"--resume", "nowhere", "--seed", "3"}, ExitCode::usage, {"--seed"});
}

TEST_F(BadInput, PredictNamesWhatIsMissing) {
  refused({"predict"}, ExitCode::usage, {"one run folder"});
  refused({"predict", "nowhere"}, ExitCode::storage, {"nowhere/model.safetensors"});
  ASSERT_EQ(code(run({"--plugin", "supervised", "--iterations", "5", "--out", "run"}).status), 0);
  refused({"predict", "run", "--sead", "3"}, ExitCode::usage, {"sslhost predict", "--sead"});
}

TEST_F(BadInput, NamesThatAreNoUtf8AreRefused) {
  refused({"--plugin", "vat", "--out", "caf\xe9"}, ExitCode::usage, {"--out", "UTF-8"});
}

TEST_F(BadInput, PredictTakesDataOfTheModelsClassesOnly) {
  ASSERT_EQ(code(run({"--plugin", "supervised", "--iterations", "5", "--out", "run"}).status), 0);
  refused({"predict", "run", "--dataset", "rings"}, ExitCode::data,
          {"dataset rings", "the model's classes: 0 1 2 3 4 5 6 7 8 9"});
}

// Rows that the run held out are test samples in the data that it was drawn from, nowhere else.
TEST_F(BadInput, PredictAfterAHoldoutShowsThoseRowsOfItsOwnDataAlone) {
  const std::vector<std::string> digits = {"--plugin",  "supervised", "--iterations", "5",
                                           "--holdout", "300",        "--out",        "run"};
  ASSERT_EQ(code(run(digits).status), 0);
  ASSERT_EQ(code(run({"predict", "run"}).status), 0);
  const auto other = folder_.folder("other");
  idx::write_set(other, 20, 10);
  refused({"predict", "run", "--dataset", "mnist", "--data", other.string()}, ExitCode::data,
          {"images to predict", "[N, 1, 8, 8]", "[20, 1, 2, 3]"});
}

TEST_F(BadInput, ANamedPluginThatCannotBeUsedIsNotReplacedByAnother) {
  std::ofstream("text.so") << "no library";
  refused({"--plugin", "vat", "--plugin-file", "text.so"}, ExitCode::plugin,
          {"--plugin-file", "text.so"});
}

TEST_F(BadInput, TheLastGoodWeightsOfARunThatDivergedAreAModel) {
  const Arguments plugins = {"--plugin-dir", built("tests/bad_plugins")};
  const auto r = run(Arguments{"--plugin", "misbehaves", "--how", "diverges", "--model", "mlp-16",
                               "--iterations", "5", "--out", "run"} +
                     plugins);
  ASSERT_EQ(code(r.status), static_cast<int>(ExitCode::diverged)) << r.errors;
  EXPECT_EQ(code(run(Arguments{"predict", "run"} + plugins).status), 0);
}

TEST_F(BadInput, WeightsThatPredictNaNAreNotKeptAsTheLastGoodOnes) {
  const auto r =
      run({"--plugin", "supervised", "--rate", "1e30", "--iterations", "1", "--out", "run"});
  ASSERT_EQ(code(r.status), static_cast<int>(ExitCode::diverged)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("the last checkpoint is kept"));
  EXPECT_FALSE(std::filesystem::exists("run/model.safetensors"));
  refused({"predict", "run"}, ExitCode::storage, {"finish the run first"});
}

// The lock or the marker page would get the number of a closed stream, and our text.
TEST_F(BadInput, ClosedStreamsAreNotTakenByOurFiles) {
  const auto command =
      program().string() + " --plugin supervised --iterations 3 --threads 1 --out run <&- >&- 2>&-";
  EXPECT_EQ(code(std::system(command.c_str())), 0);
  EXPECT_TRUE(std::filesystem::exists("run/report.html"));
}

TEST_F(BadInput, ADeathOfAPluginIsNamedWithCallAndIteration) {
  const auto r = run(
      {"--plugin", "aborts_in_step", "--plugin-dir", built("tests/bad_plugins"), "--out", "run"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::plugin));
  EXPECT_THAT(r.errors, HasSubstr("error: plugin aborts_in_step, in step, iteration 4\n"));
  EXPECT_THAT(r.errors, HasSubstr("SIGABRT"));
}

}  // namespace
}  // namespace sslhost::host
