// SPDX-License-Identifier: Apache-2.0
// libsslhost as a program that links it sees it; what holds for every method is in
// tests/conformance.
#include "sslhost/engine.hpp"

#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "host/inference/data_to_predict.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class Engine : public ::testing::Test {
 protected:
  RunResult train_into(const std::string& name, OptionTexts more = {}) {
    more.emplace_back("out", (folder / name).string());
    return train(small_run("vat", more), silent);
  }
  std::vector<std::string> files(const std::string& name) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder / name))
      found.push_back(entry.path().filename());
    return found;
  }
  /// What `sslhost predict` would predict.
  Samples test_part_of(const std::string& name) const {
    const auto plan = host::make_data_plan(folder / name / "config.toml", this_build());
    return host::data_to_predict(*plan, folder / name,
                                 Classifier::load(folder / name, "cpu", this_build()))
        .samples;
  }
  TemporaryFolder folder;
  Silent silent;
};

TEST_F(Engine, ARunFolderHoldsWhatIsPromised) {
  const auto result = train_into("a");
  EXPECT_EQ(result.run, folder / "a");
  EXPECT_EQ(result.method, "vat");
  EXPECT_EQ(result.dataset, "digits");
  EXPECT_EQ(result.labels, 50);
  EXPECT_EQ(result.iterations, 24);
  EXPECT_GT(result.test_samples, 0);
  EXPECT_THAT(files("a"), IsSupersetOf({"config.toml", "run.json", "split.json", "metrics.jsonl",
                                        "metrics.csv", "model.safetensors", "report.html"}));
}

TEST_F(Engine, AStopThatWasAskedForBeforeTheRunBeganHolds) {
  request_stop();
  expect_failure(ExitCode::stopped, HasSubstr("stopped as asked"), [&] { train_into("a"); });
  EXPECT_EQ(train_into("b").iterations, 24) << "and is answered then";
}

TEST_F(Engine, AClassifierLoadedFromARunErrsAsTheRunSaid) {
  const auto result = train_into("a", {{"iterations", "200"}});
  const auto classifier = Classifier::load(folder / "a", "cpu", this_build());
  const auto test = test_part_of("a");
  const auto p = classifier.predict(test.data);
  EXPECT_TRUE(at::allclose(p.sum(1), at::ones({p.size(0)})));
  EXPECT_NEAR((p.argmax(1) != test.labels).to(at::kDouble).mean().item<double>(), result.test_error,
              1e-12);
  EXPECT_LT(result.test_error, 0.5) << "200 iterations learn something";
}

TEST_F(Engine, ANormalizedRunsClassifierErrsAsTheRunSaidToo) {
  const auto result = train_into("a", {{"iterations", "100"}, {"mean", "0.3"}, {"std", "0.05"}});
  const auto classifier = Classifier::load(folder / "a", "cpu", this_build());
  const auto test = test_part_of("a");
  const auto wrong = classifier.predict(test.data).argmax(1) != test.labels;
  EXPECT_NEAR(wrong.to(at::kDouble).mean().item<double>(), result.test_error, 1e-12);
  train_into("b", {{"iterations", "100"}});
  EXPECT_NE(model_of(folder / "a"), model_of(folder / "b"));
}

TEST_F(Engine, AnAugmentedRunIsAnotherAndResumesToTheSameBits) {
  const OptionTexts weak = {{"weak", "shift:1 rotate:10 noise:0.1"}};
  train_into("plain");
  train_into("whole", weak);
  EXPECT_NE(model_of(folder / "whole"), model_of(folder / "plain"));
  StopAt observer(8);
  auto request = small_run("vat", weak);
  request.options.emplace_back("out", (folder / "part").string());
  EXPECT_EQ(failure_of([&] { train(request, observer); }).code(), ExitCode::stopped);
  resume(folder / "part", this_build(), silent);
  EXPECT_EQ(model_of(folder / "part"), model_of(folder / "whole"));
}

TEST_F(Engine, APreparationThatMakesNoSenseIsAUsageError) {
  const auto said = [&](const std::string& option, const std::string& value) {
    const auto error = failure_of([&] { train_into("a", {{option, value}}); });
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_FALSE(std::filesystem::exists(folder / "a"));
    return std::string(error.what());
  };
  EXPECT_THAT(said("weak", "flop"), HasSubstr("did you mean flip?"));
  EXPECT_THAT(said("weak", "cutout:9"), AllOf(HasSubstr("option weak"), HasSubstr("8 × 8")));
  EXPECT_THAT(said("strong", "shift:x"), HasSubstr("option strong"));
  EXPECT_THAT(said("std", "0"), HasSubstr("option std"));
  EXPECT_THAT(said("mean", "0.1 0.2 0.3"), AllOf(HasSubstr("one number"), HasSubstr("3 numbers")));
}

TEST_F(Engine, APredictionDoesNotDependOnTheImagesBesideIt) {
  train_into("a");
  const auto classifier = Classifier::load(folder / "a", "cpu", this_build());
  const auto images = at::arange(5 * 64, at::kLong).remainder(17).to(at::kByte).view({5, 1, 8, 8});
  EXPECT_TRUE(at::allclose(classifier.predict(images).narrow(0, 2, 1),
                           classifier.predict(images.narrow(0, 2, 1)), 1e-4, 1e-6));
}

TEST_F(Engine, ImagesOfAnotherShapeOrTypeAreRefusedInWords) {
  train_into("a");
  const auto classifier = Classifier::load(folder / "a", "cpu", this_build());
  const auto refusal = [&](const Tensor& images) {
    const auto error = failure_of([&] { classifier.predict(images); });
    EXPECT_EQ(error.code(), ExitCode::data);
    return std::string(error.what());
  };
  EXPECT_THAT(refusal(at::zeros({1, 1, 8, 9}, at::kByte)),
              AllOf(HasSubstr("[N, 1, 8, 8]"), HasSubstr("[1, 1, 8, 9]")));
  // Pixels from 0 to 1 would be scaled once more, and predicted all the same.
  EXPECT_THAT(refusal(at::zeros({1, 1, 8, 8})),
              AllOf(HasSubstr("uint8 pixels"), HasSubstr("found Float")));
}

TEST_F(Engine, AnyNumberOfImagesIsPredicted) {
  train_into("a");
  const auto classifier = Classifier::load(folder / "a", "cpu", this_build());
  const auto images =
      at::arange(2003 * 64, at::kLong).remainder(241).to(at::kByte).view({2003, 1, 8, 8});
  const auto p = classifier.predict(images);
  for (const int64_t i : {0, 999, 1000, 2002})
    EXPECT_TRUE(
        at::allclose(p.narrow(0, i, 1), classifier.predict(images.narrow(0, i, 1)), 1e-4, 1e-6))
        << i;
  EXPECT_EQ(p.size(0), 2003);
  EXPECT_EQ(classifier.predict(images.narrow(0, 0, 0)).sizes(), (std::vector<int64_t>{0, 10}));
}

TEST_F(Engine, ASmallNetworkTakesOneThreadAndLeavesTheProgramItsOwn) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  train_into("a", {{"threads", "0"}});
  EXPECT_EQ(at::get_num_threads(), 2);
  at::set_num_threads(before);
  std::ifstream record(folder / "a/run.json");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(record), {}), HasSubstr(", 1 thread\""));
}

TEST_F(Engine, AFolderWithARunInItIsNotTrainedInto) {
  train_into("a");
  const auto before = model_of(folder / "a");
  EXPECT_EQ(failure_of([&] { train_into("a", {{"seed", "9"}}); }).code(), ExitCode::busy);
  EXPECT_EQ(model_of(folder / "a"), before);
}

TEST_F(Engine, AFinishedRunResumesToTheSameModel) {
  train_into("a");
  const auto before = model_of(folder / "a");
  EXPECT_EQ(resume(folder / "a", this_build(), silent).iterations, 24);
  EXPECT_EQ(model_of(folder / "a"), before);
}

TEST_F(Engine, AStoppedRunSaysSoAndHasNoModelYet) {
  StopAt observer(8);
  auto request = small_run("vat", {{"out", (folder / "a").string()}});
  const auto error = failure_of([&] { train(request, observer); });
  EXPECT_EQ(error.code(), ExitCode::stopped);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("after iteration 8"), HasSubstr("--resume")));
  EXPECT_EQ(failure_of([&] { Classifier::load(folder / "a", "cpu", this_build()); }).code(),
            ExitCode::storage);
}

TEST_F(Engine, AChangedSplitIsRefusedAtResume) {
  StopAt observer(8);
  auto request = small_run("vat", {{"out", (folder / "a").string()}});
  failure_of([&] { train(request, observer); });
  train_into("b", {{"split_seed", "77"}});
  std::filesystem::copy_file(folder / "b/split.json", folder / "a/split.json",
                             std::filesystem::copy_options::overwrite_existing);
  const auto error = failure_of([&] { resume(folder / "a", this_build(), silent); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_THAT(error.what(), HasSubstr("split.json"));
}

TEST_F(Engine, AChangedOptionIsRefusedAtResumeUnlessItChangesNoBit) {
  StopAt observer(8);
  auto request = small_run("vat", {{"out", (folder / "a").string()}});
  failure_of([&] { train(request, observer); });
  const auto config = read_text(folder / "a/config.toml");
  const auto with = [&](const std::string& line, const std::string& other) {
    auto text = config;
    const auto at = text.find("\n" + line + "\n");
    EXPECT_NE(at, text.npos) << line;
    write_text(folder / "a/config.toml", text.replace(at + 1, line.size(), other));
  };
  with("seed = 3", "seed = 4");
  const auto error = failure_of([&] { resume(folder / "a", this_build(), silent); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("config.toml: expected seed = 3, as the run was begun"),
                                  HasSubstr("found seed = 4")));
  with("pictures = true", "pictures = false");
  EXPECT_EQ(resume(folder / "a", this_build(), silent).iterations, 24);
}

TEST_F(Engine, ADamagedRecordOfOptionsIsCalledThat) {
  train_into("a");
  const auto said = [&](const std::string& text) {
    write_text(folder / "a/config.toml", text);
    const auto error = failure_of([&] { resume(folder / "a", this_build(), silent); });
    EXPECT_EQ(error.code(), ExitCode::storage);
    return std::string(error.what());
  };
  EXPECT_THAT(said("plugin = = 1\n"), HasSubstr("config.toml, line 1"));
  EXPECT_THAT(said("plugin = \"vat\"\n"), HasSubstr("no line `dataset = ...`"));
  std::filesystem::remove(folder / "a/config.toml");
  EXPECT_EQ(failure_of([&] { resume(folder / "a", this_build(), silent); }).code(),
            ExitCode::storage);
  EXPECT_NO_THROW(Classifier::load(folder / "a", "cpu", this_build())) << "it needs no options";
}

TEST_F(Engine, BatchNormOverOneSampleIsTheUsersToMend) {
  const auto error = failure_of([&] { train_into("a", {{"batch", "1"}}); });
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("at least two samples"), HasSubstr("larger batches")));
}

TEST_F(Engine, ResumingWhatIsNoRunIsRefused) {
  EXPECT_EQ(failure_of([&] { resume(folder / "nothing", this_build(), silent); }).code(),
            ExitCode::storage);
}

TEST_F(Engine, AnUnknownMethodIsNamedWithTheNearest) {
  auto request = small_run("vta");
  const auto error = failure_of([&] { train(request, silent); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(), HasSubstr("vat"));
}

TEST_F(Engine, MoreLabelsThanSamplesAreADataError) {
  EXPECT_EQ(failure_of([&] { train_into("a", {{"labels", "100000"}}); }).code(), ExitCode::data);
}

TEST_F(Engine, ADeviceThatIsNotThereIsRefused) {
  EXPECT_EQ(failure_of([&] { train_into("a", {{"device", "cuda:99"}}); }).code(), ExitCode::device);
}

TEST_F(Engine, XiThatFloat32CannotResolveIsAUsageError) {
  const auto error = failure_of([&] { train_into("a", {{"xi", "1e-8"}}); });
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("too small for the precision of products"));
}

TEST_F(Engine, ABalancedDrawThatLeavesAClassWithoutLabelsIsRefused) {
  EXPECT_EQ(failure_of([&] { train_into("a", {{"labels", "9"}}); }).code(), ExitCode::data);
}

TEST_F(Engine, EveryValueIsExplainedWithItsOrigin) {
  std::map<std::string, ResolvedOption> options;
  for (const auto& option :
       resolve_options(small_run("vat", {{"epsilon", "0.25"}, {"rate", "0.5"}})))
    options[option.name] = option;
  EXPECT_EQ(options["epsilon"].value, "0.25");
  EXPECT_EQ(options["epsilon"].origin, "--epsilon");
  EXPECT_EQ(options["weight"].origin, "default");
  EXPECT_THAT(options["xi"].origin, ::testing::StartsWith("recipe vat/digits, line"));
  EXPECT_EQ(options["learning_rate"].value, "0.5");
  EXPECT_EQ(options["learning_rate"].former, "rate");
  EXPECT_EQ(options["xi"].former, "");
}

}  // namespace
}  // namespace sslhost
