// SPDX-License-Identifier: Apache-2.0
// A model in an empty folder, in a program without plugins.
#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ATen/Functions.h>

#include "sslhost/engine.hpp"

#include "host/storage/safetensors.hpp"
#include "tests/support/built.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ModelAlone : public ::testing::Test {
 protected:
  ModelAlone() {
    unsetenv("SSLHOST_PLUGIN_PATH");
    setenv("XDG_DATA_HOME", (folder / "home").c_str(), 1);
    setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  }
  static TrainRequest with_plugins() {
    TrainRequest request;
    request.plugin_folders = {built("lib/sslhost/plugins")};
    return request;
  }
  /// What is left of a run whose model is copied to `alone`.
  Tensor train_and_predict(const std::string& method,
                           std::vector<std::pair<std::string, std::string>> more = {}) {
    auto request = with_plugins();
    request.options = {
        {"plugin", method},    {"dataset", "digits"}, {"model", "mlp-16-16"},
        {"iterations", "20"},  {"labels", "50"},      {"threads", "1"},
        {"pictures", "false"}, {"device", "cpu"},     {"out", (folder / "run").string()}};
    request.options.insert(request.options.end(), more.begin(), more.end());
    Observer silent;
    train(request, silent);
    auto p = Classifier::load(folder / "run", "cpu", with_plugins()).predict(images);
    std::filesystem::create_directory(folder / "alone");
    std::filesystem::rename(folder / "run/model.safetensors", folder / "alone/model.safetensors");
    return p;
  }
  Classifier load_alone() const { return Classifier::load(folder / "alone", "cpu"); }

  /// Changes what the file says of itself.
  static void edit(const std::filesystem::path& file, const std::function<void(json&)>& change) {
    auto content = host::load_safetensors(file);
    auto about = json::parse(content.metadata.at("sslhost_model"));
    change(about);
    content.metadata["sslhost_model"] = about.dump();
    host::save_safetensors(file, content);
  }

  TemporaryFolder folder;
  std::filesystem::path alone = folder / "alone/model.safetensors";
  Tensor images = at::arange(7 * 64, at::kLong).remainder(17).to(at::kByte).view({7, 1, 8, 8});
};

TEST_F(ModelAlone, OfANetworkOfTheSdkNeedsNoPlugin) {
  for (const char* method : {"vat", "supervised", "fixmatch", "mean-teacher", "sgan"}) {
    const auto expected = train_and_predict(method);
    EXPECT_TRUE(at::equal(load_alone().predict(images), expected)) << method;
    EXPECT_TRUE(at::equal(Classifier::load(alone, "cpu").predict(images), expected)) << "the file";
    EXPECT_EQ(load_alone().classes().size(), 10u);
    for (const char* used : {"run", "alone"}) std::filesystem::remove_all(folder / used);
  }
}

TEST_F(ModelAlone, OfAveragedWeightsAndNormalizedImagesPredictsTheSame) {
  const auto expected = train_and_predict(
      "vat", {{"average", "0.9"}, {"mean", "0.3"}, {"std", "0.5"}, {"model", "mlp-wn-16"}});
  EXPECT_TRUE(at::equal(load_alone().predict(images), expected));
}

TEST_F(ModelAlone, PredictsAtTheTemperatureOfItsValidationPart) {
  const auto expected = train_and_predict("supervised", {{"validation", "100"}});
  const auto record = json::parse(read_text(folder / "run/run.json"));
  const auto t = record["results"]["calibration"]["temperature"].get<double>();
  EXPECT_NE(t, 1);
  EXPECT_TRUE(at::equal(load_alone().predict(images), expected));
  edit(alone, [&](json& about) {
    EXPECT_EQ(about["temperature"], t);
    about.erase("temperature");
  });
  const auto plain = load_alone().predict(images);  // as of a model of before
  EXPECT_TRUE(at::allclose(at::softmax(plain.log() / t, 1), expected, 1e-5, 1e-6));
  EXPECT_FALSE(at::allclose(plain, expected, 1e-5, 1e-6));
}

TEST_F(ModelAlone, WithoutAValidationPartHasNoTemperature) {
  const auto expected = train_and_predict("supervised");
  edit(alone, [](json& about) { EXPECT_FALSE(about.contains("temperature")); });
  edit(alone, [](json& about) { about["temperature"] = 1; });
  EXPECT_TRUE(at::equal(load_alone().predict(images), expected)) << "1 changes no bit";
}

TEST_F(ModelAlone, OfAMethodThatPredictsItselfNeedsItsPluginAndNoMore) {
  const auto expected = train_and_predict(
      "autoencoder-transfer",
      {{"reconstruct_iterations", "5"}, {"finetune_iterations", "5"}, {"head", "12"}});
  std::filesystem::remove_all(folder / "run");
  const auto error = failure_of([&] { load_alone(); });
  EXPECT_EQ(error.code(), ExitCode::plugin);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("alone/model.safetensors"),
                    HasSubstr("--plugin autoencoder-transfer"), HasSubstr("--plugin-dir")));
  TrainRequest method;  // and no dataset
  method.plugin_files = {built("lib/sslhost/plugins/autoencoder-transfer.so")};
  EXPECT_TRUE(at::equal(Classifier::load(alone, "cpu", method).predict(images), expected));
}

TEST_F(ModelAlone, OptionsThatItsPluginDoesNotHaveAreDamage) {
  train_and_predict("autoencoder-transfer", {{"reconstruct_iterations", "5"}, {"head", "12"}});
  const auto said = [&](const std::string& option, const std::string& value) {
    edit(alone, [&](json& about) { about["options"][option] = value; });
    const auto error = failure_of([&] { Classifier::load(alone, "cpu", with_plugins()); });
    EXPECT_EQ(error.code(), ExitCode::storage);
    edit(alone, [&](json& about) { about["options"].erase(option); });
    return std::string(error.what());
  };
  EXPECT_THAT(said("heat", "12"), AllOf(HasSubstr("alone/model.safetensors"), HasSubstr("heat")));
  EXPECT_THAT(said("head", "many"), HasSubstr("option head"));
  EXPECT_THAT(said("head", "13"), HasSubstr("model.safetensors")) << "weights of another shape";
}

TEST_F(ModelAlone, FilesOf01AreReadWithTheirRunFolder) {
  const auto expected = train_and_predict("vat");
  std::filesystem::copy_file(alone, folder / "run/model.safetensors");
  const auto as_of_0_1 = [](json& about) {
    about["format"] = 1;
    about["spread"] = about["data_rms"];
    about["deviation"] = about["std"];
    for (const char* name : {"data_rms", "std", "model", "options", "network"}) about.erase(name);
  };
  edit(folder / "run/model.safetensors", as_of_0_1);
  EXPECT_TRUE(
      at::equal(Classifier::load(folder / "run", "cpu", with_plugins()).predict(images), expected));
  edit(alone, as_of_0_1);
  const auto error = failure_of([&] { Classifier::load(alone, "cpu", with_plugins()); });
  EXPECT_EQ(error.code(), ExitCode::storage);
  EXPECT_THAT(error.what(), HasSubstr("alone/config.toml"));
}

TEST_F(ModelAlone, KeepsWhatItsDatasetNoted) {
  train_and_predict("supervised");
  EXPECT_EQ(load_alone().knowledge_of("digits"), "") << "which has nothing to note";
  edit(alone, [](json& a) { a["reader"] = {{"dataset", "digits"}, {"knowledge", "{\"a\": 1}"}}; });
  EXPECT_EQ(load_alone().knowledge_of("digits"), "{\"a\": 1}");
  EXPECT_EQ(load_alone().knowledge_of("images"), "") << "another dataset's is none of its concern";
  for (const json& odd : {json(), json("x"), json{{"dataset", "digits"}}}) {
    edit(alone, [&](json& a) { a["reader"] = odd; });
    EXPECT_EQ(failure_of([&] { load_alone(); }).code(), ExitCode::storage) << odd;
  }
}

TEST_F(ModelAlone, PredictionsThatAreNaNAreAnError) {
  train_and_predict("supervised");
  auto content = host::load_safetensors(alone);
  content.find("net.head.weight").fill_(3e38F);  // finite, and its sums are not
  host::save_safetensors(alone, content);
  expect_failure(ExitCode::diverged, "finite logits", [&] { load_alone().predict(images); });
}

TEST_F(ModelAlone, DamagedDescriptionsAreRefused) {
  train_and_predict("vat");
  const auto good = read_text(alone);
  const auto refused = [&](const std::string& what, const std::function<void(json&)>& change) {
    write_text(alone, good);
    edit(alone, change);
    const auto error = failure_of([&] { load_alone().predict(images); });
    EXPECT_EQ(error.code(), ExitCode::storage) << what << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr("alone/model.safetensors")) << what;
  };
  auto about = json::parse(host::load_safetensors(alone).metadata.at("sslhost_model"));
  for (const auto& [key, value] : about.items()) {
    if (key != "mean" && key != "std" && key != "augmented")  // those have defaults
      refused("no " + key, [&](json& a) { a.erase(key); });
    if (key != "network" && key != "encoder")  // null: none
      refused("null " + key, [&](json& a) { a[key] = nullptr; });
    refused("odd " + key, [&](json& a) { a[key] = {{"a", "b"}, {"c", 1}}; });
  }
  for (const auto& [key, value] : about["network"].items())
    for (const json& other : {json(), json("much"), json::array()})
      if (!(value.is_string() && other.is_string()))
        refused("network." + key, [&](json& a) { a["network"][key] = other; });
  refused("another network", [](json& a) { a["network"]["model"] = "mlp-16"; });
  refused("no such network", [](json& a) { a["network"]["model"] = "mlp-x"; });
  refused("no such module", [](json& a) { a["network"]["name"] = "other"; });
  refused("dropout", [](json& a) { a["network"]["dropout"] = 1; });
  refused("a shape", [](json& a) { a["shape"][1] = -8; });
  refused("a huge shape", [](json& a) { a["shape"][1] = int64_t{1} << 60; });
  refused("one class", [](json& a) { a["classes"] = {"0"}; });
  refused("later format", [](json& a) { a["format"] = 3; });
  for (const json& odd : {json(0), json(-1), json("warm"), json()})
    refused("temperature " + odd.dump(), [&](json& a) { a["temperature"] = odd; });
  refused("no object", [](json& a) { a = 3; });
}

}  // namespace
}  // namespace sslhost
