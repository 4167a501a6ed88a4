// SPDX-License-Identifier: Apache-2.0
// Runs that begin with the weights of another (--init) or go on with it (--finetune).
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ATen/Functions.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Notes what a run says.
class Listener final : public Observer {
 public:
  void note(const std::string& text) override { said += text + "\n"; }
  std::string said;
};

class InitRun : public ::testing::Test {
 protected:
  InitRun() { train_into("first", "supervised", {{"iterations", "100"}, {"mean", "0.3"}}); }
  std::string in(const std::string& name) const { return (folder / name).string(); }
  RunResult train_into(const std::string& name, const std::string& method, OptionTexts more) {
    more.emplace_back("out", in(name));
    return train(small_run(method, more), listener);
  }
  /// With no option beside these.
  RunResult only(const std::string& name, OptionTexts options) {
    auto request = this_build();
    request.options = std::move(options);
    request.options.emplace_back("out", in(name));
    request.options.emplace_back("device", "cpu");
    return train(request, listener);
  }
  nlohmann::json record(const std::string& name) const {
    return nlohmann::json::parse(read_text(folder / name / "run.json"));
  }
  Tensor tensor(const std::string& run, const std::string& name) const {
    return host::load_safetensors(folder / run / "model.safetensors").find(name);
  }
  TemporaryFolder folder;
  Listener listener;
};

TEST_F(InitRun, BeginsWhereTheOtherEndedHeadIncluded) {
  const auto result =
      train_into("second", "supervised",
                 {{"init", in("first")}, {"iterations", "1"}, {"learning_rate", "1e-9"}});
  EXPECT_THAT(listener.said, HasSubstr("begins with the weights of mlp-16-16"));
  EXPECT_THAT(listener.said, HasSubstr("the head among them"));
  const auto second = record("second");
  EXPECT_EQ(second["init"]["source"], in("first"));
  EXPECT_EQ(second["init"]["checksum"].get<std::string>().size(), 64u);
  EXPECT_EQ(second["init"]["head_labels"], 0);
  EXPECT_THAT(second["init"]["not_in_file"], IsEmpty());
  EXPECT_EQ(second["options"]["mean"]["value"], "0.3")
      << "samples are seen as the weights saw them";
  EXPECT_EQ(second["options"]["mean"]["from"], "--init");
  EXPECT_FALSE(record("first").contains("init"));
  EXPECT_TRUE(at::allclose(tensor("first", "net.head.weight"), tensor("second", "net.head.weight"),
                           1e-5, 1e-6));
  EXPECT_LT(result.test_error, 0.6) << "far from drawn weights";
}

TEST_F(InitRun, TrainsAllLayers) {
  train_into("second", "vat", {{"init", in("first")}});
  for (const auto& [name, value] :
       host::load_safetensors(folder / "first/model.safetensors").tensors)
    EXPECT_FALSE(at::equal(value, tensor("second", name))) << name;
}

TEST_F(InitRun, IsTheSameToTheBitWhenStoppedAndWithoutTheFileThen) {
  train_into("a", "fixmatch", {{"init", in("first")}, {"freeze_statistics", "true"}});
  StopAt stop(8);
  auto request = small_run("fixmatch", {{"init", in("first")}, {"freeze_statistics", "true"}});
  request.options.emplace_back("out", in("b"));
  expect_failure(ExitCode::stopped, "", [&] { train(request, stop); });
  const auto begun = record("b")["init"];
  std::filesystem::remove_all(folder / "first");
  resume(folder / "b", this_build(), listener);
  EXPECT_EQ(model_of(folder / "a"), model_of(folder / "b"));
  EXPECT_EQ(metrics_of(folder / "a"), metrics_of(folder / "b"));
  EXPECT_EQ(record("b")["init"], begun) << "what it began with stays in the record";
}

TEST_F(InitRun, FrozenStatisticsAreThoseOfTheFile) {
  train_into("b", "supervised", {{"init", in("first")}, {"freeze_statistics", "true"}});
  const auto file = host::load_safetensors(folder / "first/model.safetensors");
  int64_t statistics = 0;
  for (const auto& [name, value] : file.tensors)
    if (name.find("running_") != name.npos) {
      EXPECT_TRUE(at::equal(value, tensor("b", name))) << name;
      ++statistics;
    }
  EXPECT_EQ(statistics, 4);
}

TEST_F(InitRun, ContradictionsAreNamed) {
  const auto refused = [&](const OptionTexts& more, const std::string& text) {
    expect_failure(ExitCode::usage, text, [&] { train_into("x", "supervised", more); });
    EXPECT_FALSE(std::filesystem::exists(folder / "x"));
  };
  refused({{"init", in("first")}, {"model", "mlp-8"}}, "weights of mlp-8, the --model (--model)");
  refused({{"init", in("first")}, {"encoder", "vit-small"}}, "--encoder vit-small");
  refused({{"freeze_statistics", "true"}}, "--init, whose statistics are kept");
  refused({{"init", "nothing"}}, "'nothing'");
  expect_failure(ExitCode::usage, "a method that trains the network of --model",
                 [&] { train_into("x", "linear-probe", {{"init", in("first")}}); });
}

TEST_F(InitRun, DamagedWeightsAreRefused) {
  const auto model = read_text(folder / "first/model.safetensors");
  write_text(folder / "cut.safetensors", model.substr(0, model.size() - 40));
  auto file = host::load_safetensors(folder / "first/model.safetensors");
  file.find("net.head.weight").fill_(NAN);
  host::save_safetensors(folder / "nan.safetensors", file);
  for (const auto& [name, text] : {std::pair("cut.safetensors", "cut.safetensors"),
                                   std::pair("nan.safetensors", "NaN or infinity")})
    expect_failure(ExitCode::storage, text,
                   [&] { train_into("x", "supervised", {{"init", in(name)}}); });
  EXPECT_FALSE(std::filesystem::exists(folder / "x"));
}

TEST_F(InitRun, FinetuneTakesDataSplitAndNetworkOfTheRun) {
  const auto result = only("tuned", {{"finetune", in("first")}, {"iterations", "3"}});
  EXPECT_EQ(result.method, "supervised");
  EXPECT_EQ(record("tuned")["data"]["split_hash"], record("first")["data"]["split_hash"]);
  EXPECT_EQ(record("tuned")["options"]["model"]["value"], "mlp-16-16");
  EXPECT_EQ(record("tuned")["options"]["learning_rate"]["value"], 1e-5);
  EXPECT_EQ(record("tuned")["options"]["seed"]["value"], 3);
  EXPECT_EQ(record("tuned")["options"]["finetune"]["value"], in("first"));
  const auto classifier = Classifier::load(folder / "tuned", "cpu", this_build());
  EXPECT_EQ(classifier.classes().size(), 10u);
  only("other", {{"finetune", in("first")}, {"plugin", "vat"}, {"iterations", "2"}});
  EXPECT_EQ(record("other")["method"], "vat");
}

TEST_F(InitRun, ItsConfigurationIsARecipeThatTrainsItAgain) {
  only("tuned", {{"finetune", in("first")}, {"iterations", "3"}});
  auto request = this_build();
  request.recipe = in("tuned/config.toml");
  request.options = {{"out", in("again")}};
  train(request, listener);
  EXPECT_EQ(model_of(folder / "again"), model_of(folder / "tuned"));
}

TEST_F(InitRun, FinetuneIsTakenFromTheEnvironmentWithoutARecipeToo) {
  auto request = this_build();
  request.recipe = "none";
  request.options = {{"iterations", "3"}, {"out", in("tuned")}, {"device", "cpu"}};
  setenv("SSLHOST_FINETUNE", in("first").c_str(), 1);
  train(request, listener);
  unsetenv("SSLHOST_FINETUNE");
  EXPECT_EQ(record("tuned")["data"]["split_hash"], record("first")["data"]["split_hash"]);
  EXPECT_EQ(record("tuned")["init"]["network"], "mlp-16-16");
}

TEST_F(InitRun, WeightsAreRecordedAsTheyAreFoundFromAnywhere) {
  const auto from_here = std::filesystem::relative(in("first")).string();
  train_into("second", "supervised", {{"init", from_here}, {"iterations", "1"}});
  const std::filesystem::path recorded = record("second")["options"]["init"]["value"];
  EXPECT_TRUE(recorded.is_absolute()) << recorded;
  EXPECT_TRUE(std::filesystem::equivalent(recorded, in("first")));
}

TEST_F(InitRun, FinetuneOfWhatIsNoRunIsRefused) {
  expect_failure(ExitCode::storage, "nowhere/config.toml",
                 [&] { only("x", {{"finetune", in("nowhere")}}); });
  auto request = this_build();
  request.options = {{"finetune", in("first")}};
  request.recipe = "vat/digits";
  expect_failure(ExitCode::usage, "--recipe vat/digits", [&] { train(request, listener); });
  std::filesystem::remove(folder / "first/model.safetensors");
  expect_failure(ExitCode::storage, "finish the run first",
                 [&] { only("x", {{"finetune", in("first")}}); });
}

TEST_F(InitRun, ASplitIsTakenFromAnotherRun) {
  train_into("second", "supervised", {{"split", in("first")}, {"seed", "8"}, {"labels", "20"}});
  EXPECT_EQ(record("second")["data"]["split_hash"], record("first")["data"]["split_hash"]);
  train_into("third", "supervised", {{"split", in("first") + "/split.json"}, {"seed", "8"}});
  EXPECT_EQ(record("third")["data"]["split_hash"], record("first")["data"]["split_hash"]);
  expect_failure(ExitCode::data, "nowhere",
                 [&] { train_into("x", "supervised", {{"split", in("nowhere")}}); });
}

}  // namespace
}  // namespace sslhost
