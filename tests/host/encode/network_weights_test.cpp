// SPDX-License-Identifier: Apache-2.0
#include "host/encode/network_weights.hpp"

#include <limits>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/host/encode/weights.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::first_weights;
using ::testing::IsEmpty;

class NetworkWeights : public ::testing::Test {
 protected:
  NetworkWeights() {
    const Task task{.classes = 2, .channels = 3, .height = 64, .width = 64};
    network_ = make_backbone(kName, task, {}, 9);
  }
  Loaded load() { return load_weights(*network_, kName, weights_, "file"); }
  void expect_refused(const std::string& text) {
    expect_failure(ExitCode::storage, text, [&] { load(); });
  }
  Tensor& weight(const std::string& name) {
    for (auto& [known, tensor] : weights_)
      if (known == name) return tensor;
    throw std::out_of_range(name);
  }
  static constexpr const char* kName = "resnet-18";
  NamedTensors weights_ = first_weights("resnet-18", 1, 1000);
  std::shared_ptr<Backbone> network_;
};

TEST_F(NetworkWeights, AreCopiedWithoutAHeadOfOtherClasses) {
  const auto loaded = load();
  EXPECT_THAT(loaded.not_in_file, ElementsAre("fc.weight", "fc.bias"));
  EXPECT_THAT(loaded.left_out, ElementsAre("fc.bias", "fc.weight"));
  for (const auto& [name, tensor] : network_->named_parameters())
    if (name == "layer3.1.conv2.weight") {
      EXPECT_TRUE(at::equal(tensor, weight(name)));
    }
}

TEST_F(NetworkWeights, WithAHeadThatFitsAreCopiedWhole) {
  weights_ = first_weights(kName, 1, 2);
  const auto loaded = load();
  EXPECT_THAT(loaded.not_in_file, IsEmpty());
  EXPECT_THAT(loaded.left_out, IsEmpty());
}

TEST_F(NetworkWeights, OfAnotherShapeAreRefusedWithBoth) {
  weight("conv1.weight") = at::zeros({64, 3, 3, 3});
  expect_refused("tensor 'conv1.weight' [64, 3, 7, 7]");
}

TEST_F(NetworkWeights, ThatLackOneAreRefused) {
  weights_.erase(weights_.begin());
  expect_refused("none of that name");
}

TEST_F(NetworkWeights, WithOneTooManyAreRefused) {
  weights_.emplace_back("layer5.weight", at::zeros({1}));
  expect_refused("'layer5.weight' besides");
}

TEST_F(NetworkWeights, ThatAreNotFiniteAreRefused) {
  weight("bn1.bias")[3] = std::numeric_limits<float>::quiet_NaN();
  expect_refused("NaN or infinity in 'bn1.bias'");
}

TEST_F(NetworkWeights, TellTheirNetwork) {
  EXPECT_EQ(network_of(weights_), "resnet-18");
  EXPECT_EQ(network_of(first_weights("efficientnet-lite1")), "efficientnet-lite1");
  EXPECT_EQ(network_of({{"weight", at::zeros({1})}}), "");
  EXPECT_THAT(pretrained_networks(), Contains("efficientnet-lite0"));
}

}  // namespace
}  // namespace sslhost::host
