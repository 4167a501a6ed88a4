// SPDX-License-Identifier: Apache-2.0
// Run once for each kind of processor, by SSLHOST_INFERENCE; against PyTorch in tests/golden.
#include "sslhost/nn/inference.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "sslhost/nn/networks.hpp"

namespace sslhost {
namespace {

constexpr const char* kFolded[] = {"efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2",
                                   "resnet-18",          "resnet-18-cifar",    "resnet-34",
                                   "resnet-50"};

/// Gains near 1, as after training: larger ones would let rounding grow from layer to layer.
std::shared_ptr<Backbone> trained(const std::string& name, int64_t height, int64_t width) {
  const Task task{.classes = 5, .channels = 3, .height = height, .width = width};
  const auto network = make_backbone(name, task, {}, 1);
  at::manual_seed(5);
  const at::NoGradGuard no_gradient;
  auto all = network->named_parameters();
  for (const auto& buffer : network->named_buffers()) all.push_back(buffer);
  for (const auto& [full_name, tensor] : all) {
    const auto last = full_name.substr(full_name.rfind('.') + 1);
    if (tensor.dim() > 1)
      tensor.normal_(0, std::sqrt(1.0 / static_cast<double>(tensor[0].numel())));
    else if (last == "weight" || last == "running_var")
      tensor.uniform_(0.7, 1.3);
    else if (tensor.is_floating_point())
      tensor.uniform_(-0.1, 0.1);
  }
  network->train(false);
  return network;
}

Tensor images(int64_t count, int64_t height, int64_t width) {
  at::manual_seed(7);
  return at::randn({count, 3, height, width});
}

/// The largest difference in units of the largest feature.
double difference(const Tensor& found, const Tensor& expected) {
  EXPECT_EQ(found.sizes(), expected.sizes());
  const auto exact = expected.to(at::kDouble);
  return ((found.to(at::kDouble) - exact).abs().max() / exact.abs().max()).item<double>();
}

void expect_features_in_float64(const std::string& name, int64_t height, int64_t width) {
  const auto network = trained(name, height, width);
  const auto x = 20 * images(1, height, width);  // ReLU6 cuts at both ends
  const auto found = inference_of(*network)->features(x);
  network->to(at::kDouble);
  const at::NoGradGuard no_gradient;
  const auto exact = network->features(x.to(at::kDouble));
  EXPECT_GT(exact.std().item<double>(), 1e-2 * exact.abs().max().item<double>());
  EXPECT_LT(difference(found, exact), 3e-6) << name << ", " << height << "x" << width;
}

TEST(Inference, GivesTheFeaturesInFloat64ForAnySize) {
  for (const auto* name : kFolded) {
    expect_features_in_float64(name, 32, 32);
    expect_features_in_float64(name, 61, 75);
    expect_features_in_float64(name, 97, 33);
  }
}

TEST(Inference, GivesTheFeaturesInFloat64ForPhotos) {
  expect_features_in_float64("efficientnet-lite0", 224, 224);
  expect_features_in_float64("efficientnet-lite2", 130, 260);
  expect_features_in_float64("resnet-18", 224, 224);
}

TEST(Inference, GivesTheSameBitsAloneInABatchAndAfterAnImageOfAnotherSize) {
  for (const auto* name : kFolded) {
    const auto inference = inference_of(*trained(name, 64, 64));
    const auto some = images(3, 64, 64);
    const auto together = inference->features(some);
    for (int64_t i = 0; i < 3; ++i) {
      inference->features(images(1, 40 + 30 * i, 90));
      EXPECT_TRUE(at::equal(inference->features(some.narrow(0, i, 1))[0], together[i])) << name;
    }
  }
}

TEST(Inference, GivesTheSameBitsOnOneCoreAndOnTwo) {
  const auto inference = inference_of(*trained("efficientnet-lite0", 64, 64));
  const auto some = images(5, 64, 64);
  const auto before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = inference->features(some);
  at::set_num_threads(2);
  const auto two = inference->features(some);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one, two));
}

TEST(Inference, TakesImagesInAnyLayoutAndNone) {
  const auto inference = inference_of(*trained("efficientnet-lite0", 48, 48));
  const auto some = images(2, 48, 48);
  EXPECT_TRUE(at::equal(inference->features(some.contiguous(at::MemoryFormat::ChannelsLast)),
                        inference->features(some)));
  EXPECT_EQ(inference->features(some.narrow(0, 0, 0)).sizes(), (std::vector<int64_t>{0, 1280}));
}

TEST(Inference, LeavesNoNumberWhatItIs) {
  const auto inference = inference_of(*trained("efficientnet-lite0", 32, 32));
  auto x = images(1, 32, 32);
  x.fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(inference->features(x).isnan().all().item<bool>());
}

TEST(Inference, HasTheWeightsOfWhenItWasMade) {
  const auto network = trained("efficientnet-lite0", 32, 32);
  const auto inference = inference_of(*network);
  const auto x = images(1, 32, 32);
  const auto before = inference->features(x);
  const at::NoGradGuard no_gradient;
  for (const auto& parameter : network->parameters()) parameter.mul_(2);
  EXPECT_TRUE(at::equal(inference->features(x), before));
  EXPECT_FALSE(at::equal(inference_of(*network)->features(x), before));
}

TEST(Inference, IsNotThereForOtherNetworksAndNumbers) {
  const Task task{.classes = 5, .channels = 3, .height = 224, .width = 224};
  EXPECT_EQ(inference_of(*make_backbone("convnext-tiny", task, {}, 1)), nullptr);
  const auto network = trained("efficientnet-lite0", 32, 32);
  network->to(at::kDouble);
  EXPECT_EQ(inference_of(*network), nullptr);
}

}  // namespace
}  // namespace sslhost
