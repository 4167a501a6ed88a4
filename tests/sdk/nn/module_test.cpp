// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/module.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>
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

}  // namespace
}  // namespace sslhost
