// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/module.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/instancenorm.h>
#include <torch/nn/modules/linear.h>

#include "sslhost/nn/layers.hpp"

#include "tests/support/by_name.hpp"

namespace sslhost {
namespace {

using ::testing::ElementsAre;

struct Mixed : Module {
  Mixed() {
    scale = register_parameter("scale", at::ones({2}));
    steps = register_buffer("steps", at::zeros({}, at::kLong));
    ours = register_module("ours", std::make_shared<Linear>(2, 3));
    theirs = register_module("theirs", std::make_shared<torch::nn::LinearImpl>(3, 2));
  }
  Tensor scale, steps;
  std::shared_ptr<Linear> ours;
  std::shared_ptr<torch::nn::LinearImpl> theirs;
};

std::vector<std::string> names_of(const NamedTensors& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

TEST(Modules, NameTheirTensorsAndPartsInOrderOfRegistration) {
  Mixed net;
  EXPECT_THAT(names_of(net.named_parameters()),
              ElementsAre("scale", "ours.weight", "ours.bias", "theirs.weight", "theirs.bias"));
  EXPECT_THAT(names_of(net.named_buffers()), ElementsAre("steps"));
  std::vector<std::string> parts;
  for (const auto& part : net.named_modules("net")) parts.push_back(part.name);
  EXPECT_THAT(parts, ElementsAre("net", "net.ours", "net.theirs"));
}

TEST(Modules, TrainAndEvalReachEveryPartOfBothKinds) {
  Mixed net;
  net.eval();
  EXPECT_FALSE(net.is_training() || net.ours->is_training() || net.theirs->is_training());
  net.train();
  EXPECT_TRUE(net.is_training() && net.ours->is_training() && net.theirs->is_training());
}

TEST(Modules, ConversionsChangeTheTensorsThatLayersHold) {
  Mixed net;
  net.to(at::kDouble);
  EXPECT_EQ(net.scale.scalar_type(), at::kDouble);
  EXPECT_EQ(net.ours->weight.scalar_type(), at::kDouble);
  EXPECT_EQ(net.theirs->weight.scalar_type(), at::kDouble);
  EXPECT_EQ(net.steps.scalar_type(), at::kLong) << "a count stays one";
  EXPECT_EQ(net.theirs->forward(net.ours->forward(at::ones({1, 2}, at::kDouble))).sizes(),
            (std::vector<int64_t>{1, 2}));
}

TEST(Modules, AnAdoptedModuleHasTheSameTensors) {
  Mixed net;
  auto tensors = by_name(net.named_parameters());
  tensors.at("theirs.weight").set_requires_grad(false);
  EXPECT_FALSE(net.theirs->weight.requires_grad());
  EXPECT_EQ(tensors.at("theirs.bias").unsafeGetTensorImpl(),
            net.theirs->bias.unsafeGetTensorImpl());
}

TEST(Modules, OneNameIsTakenOnce) {
  struct Twice : Module {
    Twice() {
      register_parameter("w", at::ones({1}));
      register_buffer("w", at::ones({1}));
    }
  };
  EXPECT_THROW(Twice(), c10::Error);
}

RunningStatistics& statistics_of(Module& module) {
  return dynamic_cast<RunningStatistics&>(module);
}

const Tensor& far_away() {
  static const auto x = at::linspace(9, 11, 32).view({16, 2});
  return x;
}

/// PyTorch's own idiom in a step, which sslhost does not see: eval(), a pass, train().
TEST(AdoptedNorm, IsByWhatWasRecordedAfterAnEvalOfThePlugins) {
  const auto theirs = std::make_shared<torch::nn::BatchNorm1dImpl>(2);
  const auto adopted = adopt(theirs);
  theirs->running_mean.fill_(10);
  theirs->eval();
  const auto y = theirs->forward(far_away());
  EXPECT_NEAR(y.mean().item<double>(), 0, 1e-3);
  EXPECT_NEAR(y.std().item<double>(), far_away().std().item<double>(), 1e-3) << "not by the batch";
  theirs->train();
  EXPECT_NEAR(theirs->forward(far_away()).std().item<double>(), 1, 0.02) << "by the batch";
}

TEST(AdoptedNorm, RecordsAndCountsOnlyWhenItIsOpened) {
  const auto theirs = std::make_shared<torch::nn::BatchNorm1dImpl>(2);
  const auto adopted = adopt(theirs);
  const auto count = adopted->named_buffers().back();
  ASSERT_EQ(count.first, "num_batches_tracked");
  theirs->forward(far_away());
  EXPECT_EQ(theirs->running_mean.abs().sum().item<double>(), 0);
  EXPECT_EQ(count.second.item<int64_t>(), 0);
  statistics_of(*adopted).record_statistics(true);
  theirs->forward(far_away());
  EXPECT_NEAR(theirs->running_mean[0].item<double>(), 0.1 * far_away().mean(0)[0].item<double>(),
              1e-5);
  EXPECT_EQ(count.second.item<int64_t>(), 1);
}

TEST(AdoptedNorm, OfInstancesRecordsOnlyWhenItIsOpened) {
  const auto theirs = std::make_shared<torch::nn::InstanceNorm1dImpl>(
      torch::nn::InstanceNorm1dOptions(2).track_running_stats(true));
  const auto adopted = adopt(theirs);
  const auto x = far_away().view({2, 2, 8});
  theirs->forward(x);
  EXPECT_EQ(theirs->running_mean.abs().sum().item<double>(), 0);
  statistics_of(*adopted).record_statistics(true);
  theirs->forward(x);
  EXPECT_GT(theirs->running_mean.abs().sum().item<double>(), 0.5);
}

TEST(AdoptedNorm, APartOfTwoModulesIsOne) {
  const auto theirs = std::make_shared<torch::nn::BatchNorm1dImpl>(2);
  const auto first = adopt(theirs);
  EXPECT_EQ(adopt(theirs), first);
  EXPECT_NE(adopt(std::make_shared<torch::nn::BatchNorm1dImpl>(2)), first);
}

}  // namespace
}  // namespace sslhost
