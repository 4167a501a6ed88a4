// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/without_noise.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/nn/networks.hpp"

namespace sslhost {
namespace {

const Task kImages = {.classes = 3, .channels = 1, .height = 8, .width = 8};

std::vector<std::string> at_rest(Backbone& net) {
  std::vector<std::string> names;
  for (const auto& part : net.named_modules())
    if (!part.module->is_training()) names.push_back(part.name);
  return names;
}

TEST(WithoutNoise, PassesOfANetworkWithDropoutAreAlikeAndBatchNormTakesTheBatch) {
  const auto net = make_backbone("cnn-4x4", kImages, {}, 1);
  const auto x = at::linspace(-1, 3, 5 * 64).sin().view({5, 1, 8, 8});
  Tensor first, second;
  {
    const auto quiet = without_noise(*net);
    EXPECT_EQ(at_rest(*net), std::vector<std::string>{"dropout"});
    first = net->head(net->features(x));
    second = net->head(net->features(x));
  }
  EXPECT_TRUE(at::equal(first, second));
  net->eval();
  EXPECT_FALSE(at::allclose(first, net->head(net->features(x)))) << "running statistics";
}

TEST(WithoutNoise, LayersDrawAgainAfterItAndThoseAtRestStayAtRest) {
  const auto net = make_backbone("mlp-wn-6-5", kImages, {}, 1);
  {
    const auto quiet = without_noise(*net);
  }
  EXPECT_TRUE(at_rest(*net).empty());
  net->eval();
  const auto all = at_rest(*net);
  {
    const auto quiet = without_noise(*net);
  }
  EXPECT_EQ(at_rest(*net), all);
}

}  // namespace
}  // namespace sslhost
