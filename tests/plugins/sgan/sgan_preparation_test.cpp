// SPDX-License-Identifier: Apache-2.0
// What the classifier is shown of the generator's pixels.
#include <gtest/gtest.h>

#include "plugins/sgan/sgan.cpp"  // NOLINT: the class is in an anonymous namespace
#include "tests/plugins/sgan/scripted.hpp"

namespace {

constexpr int64_t kLabeled = 2, kUnlabeled = 6;
const Task kPixels = {
    .classes = 3, .channels = 1, .height = 2, .width = 2, .labeled = 9, .unlabeled = 20};

/// The generated batch of one step as the classifier meets it, [U,1,2,2].
Tensor generated(const Task& task) {
  const auto net = std::make_shared<sslhost::testing::SpyNet>(task.inputs(), 5, task.classes);
  sslhost::testing::ScriptedBuild build(task, net);
  sslhost::testing::ScriptedStep step(build);
  const auto images = [](int64_t count) {
    return at::arange(4 * count, at::kDouble).sin().view({count, 1, 2, 2});
  };
  step.net = net;
  step.x = images(kLabeled);
  step.y = at::arange(kLabeled);
  step.unlabeled_streams = {{"unlabeled", images(kUnlabeled)}, {"matching", images(kUnlabeled)}};
  Options o;
  o.generator = "mlp-6";
  Sgan method(o);
  method.build(build);
  method.step(step);
  return net->passes.at(1).input;
}

// Else the classifier would tell real images by their scale.
TEST(SganPreparation, GeneratedPixelsAreStandardizedAsRealOnesAre) {
  auto standardized = kPixels;
  standardized.mean = {0.375};
  standardized.std = {0.25};
  const auto pixels = generated(kPixels);
  EXPECT_GE(pixels.min().item<double>(), 0);
  EXPECT_TRUE(at::allclose(generated(standardized), (pixels - 0.375) / 0.25, 1e-12));
}

TEST(SganPreparation, OtherDataThanImagesHaveNoPixels) {
  auto features = kPixels;
  features.kind = DataKind::features;
  features.mean = {0.375};
  features.std = {0.25};
  auto plain = features;
  plain.mean = plain.std = {};
  EXPECT_TRUE(at::equal(generated(features), generated(plain)));
}

}  // namespace
