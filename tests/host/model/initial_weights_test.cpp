// SPDX-License-Identifier: Apache-2.0
#include "host/model/initial_weights.hpp"

#include <limits>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/model/model_file.hpp"
#include "tests/host/encode/weights.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::vector<std::string> kClasses = {"cat", "dog"};

class InitialWeightsTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  static Tensor tensor(const NamedTensors& all, const std::string& name) {
    for (const auto& [own, value] : all)
      if (own == name) return value;
    return {};
  }
  static ModelFile model(const std::string& network, NamedTensors tensors) {
    SdkNetwork predictor;
    predictor.name = "net";
    predictor.model = network;
    ModelFile file;
    file.method = "supervised";
    file.model = network;
    file.predictor = predictor;
    file.classes = kClasses;
    file.pixels = true;
    file.task = {.classes = 2, .channels = 3, .height = 32, .width = 32};
    for (auto& [name, value] : tensors) file.tensors.emplace_back("net." + name, value);
    return file;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(InitialWeightsTest, PublishedOnesKnowTheirPicturesAndHaveNoHeadOfOurs) {
  testing::save_weights(file("a.safetensors"), testing::first_weights("resnet-18", 1, 1000));
  auto weights = load_initial_weights(file("a.safetensors"));
  EXPECT_EQ(weights.network, "resnet-18");
  EXPECT_EQ(weights.checksum.size(), 64u);
  EXPECT_THAT(weights.shape, ElementsAre(3, 224, 224));
  EXPECT_THAT(weights.mean, ElementsAre(0.485f, 0.456f, 0.406f));
  keep_head_of(weights, kClasses);
  EXPECT_THAT(weights.left_out, UnorderedElementsAre("fc.weight", "fc.bias"));
  EXPECT_FALSE(tensor(weights.tensors, "fc.weight").defined());
}

TEST_F(InitialWeightsTest, OfARunKeepTheHeadOfTheSameClassesInTheSameOrder) {
  auto saved = model("mlp-4", {{"head.weight", at::rand({2, 4})}, {"head.bias", at::rand({2})}});
  saved.scale = Scale(1. / 255, {0.5f}, {0.25f}, 3, c10::kCPU);
  save_model_file(file("model.safetensors"), saved);
  auto weights = load_initial_weights(folder_.path().string());  // as a run folder, too
  EXPECT_EQ(weights.network, "mlp-4");
  EXPECT_THAT(weights.std, ElementsAre(0.25f, 0.25f, 0.25f));
  EXPECT_THAT(weights.shape, ElementsAre(3, 32, 32));
  keep_head_of(weights, kClasses);
  EXPECT_THAT(weights.left_out, IsEmpty());
  for (const auto& others : {std::vector<std::string>{"dog", "cat"}, {"cat", "dog", "owl"}}) {
    auto changed = load_initial_weights(file("model.safetensors"));
    keep_head_of(changed, others);
    EXPECT_EQ(changed.left_out.size(), 2u);
    EXPECT_THAT(changed.tensors, IsEmpty());
  }
}

TEST_F(InitialWeightsTest, OfARunOnFeaturesAreTheEncodersWithItsLinearHeadOnTop) {
  const auto w = at::rand({2, 512}), b = at::rand({2}), f = at::rand({3, 512});
  auto saved = model("linear", {{"head.weight", w}, {"head.bias", b}});
  saved.task = {.classes = 2, .channels = 512, .height = 1, .width = 1};
  saved.scale = Scale(1, {0}, {4}, 512, c10::kCPU);
  saved.encoder = ModelEncoder{.network = "resnet-18",
                               .checksum = "of the file",
                               .shape = {3, 100, 100},
                               .tensors = testing::first_weights("resnet-18", 1, 1000)};
  std::erase_if(saved.encoder->tensors, [](const auto& n) { return n.first.starts_with("fc."); });
  save_model_file(file("model.safetensors"), saved);
  auto weights = load_initial_weights(file("model.safetensors"));
  keep_head_of(weights, kClasses);
  EXPECT_EQ(weights.network, "resnet-18");
  EXPECT_THAT(weights.shape, ElementsAre(3, 224, 224));
  const auto whole =
      f.mm(tensor(weights.tensors, "fc.weight").t()) + tensor(weights.tensors, "fc.bias");
  EXPECT_TRUE(at::allclose(whole, (f / 4).mm(w.t()) + b)) << "the classifier saw f / rms";
}

TEST_F(InitialWeightsTest, OfAMethodThatPredictsByItselfAreRefused) {
  auto saved = model("mlp-4", {});
  saved.predictor.reset();
  saved.tensors = {{"state", at::rand({2})}};
  saved.method = "label-propagation";
  save_model_file(file("model.safetensors"), saved);
  expect_failure(ExitCode::storage, "method label-propagation, which predicts by itself",
                 [&] { load_initial_weights(file("model.safetensors")); });
}

TEST_F(InitialWeightsTest, ThatAreNoneAreRefused) {
  expect_failure(ExitCode::usage, "did you mean resnet-18",
                 [&] { load_initial_weights("resnet-19"); });
  expect_failure(ExitCode::storage, "nowhere.safetensors",
                 [&] { load_initial_weights(file("nowhere.safetensors")); });
  expect_failure(ExitCode::storage, "finish the run first",
                 [&] { load_initial_weights(folder_.path().string()); });
  testing::save_weights(file("other.safetensors"), {{"w", at::rand({2})}});
  expect_failure(ExitCode::storage, "1 tensors of none of them",
                 [&] { load_initial_weights(file("other.safetensors")); });
  testing::save_weights(file("said.safetensors"), {{"w", at::rand({2})}},
                        {{"sslhost_network", "mlp-4"}});
  expect_failure(ExitCode::storage, "those of 'mlp-4'",
                 [&] { load_initial_weights(file("said.safetensors")); });
}

}  // namespace
}  // namespace sslhost::host
