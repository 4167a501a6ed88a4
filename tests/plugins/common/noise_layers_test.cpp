// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/noise_layers.hpp"

#include <gtest/gtest.h>

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>

#include "sslhost/nn/networks.hpp"
#include "sslhost/nn/noise.hpp"

namespace {

using namespace sslhost;

/// A network with batch norm, dropout and noise, and a context that its draws come from.
class Noise : public ::testing::Test {
 protected:
  Noise() { detail::noise_context() = &context; }
  ~Noise() override { detail::noise_context() = nullptr; }

  const Task task = {.classes = 3, .channels = 1, .height = 8, .width = 8};
  std::shared_ptr<Backbone> net = make_backbone("cnn-4x4", task, {.dropout = 0.5, .noise = 0.3}, 1);
  const Tensor x = at::ones({4, 1, 8, 8});
  Tensor logits() const { return Network(net)(x); }

 private:
  detail::NoiseContext context{.key = 1};
};

TEST_F(Noise, DrawsWhereALayerDoes) {
  EXPECT_TRUE(common::draws(*net));
  EXPECT_FALSE(common::draws(*make_backbone("cnn-4x4", task, {.dropout = 0}, 1)));
}

TEST_F(Noise, PassesWithoutItAreAlikeAndOthersAreNot) {
  EXPECT_FALSE(at::equal(logits(), logits()));
  const common::WithoutNoise as_they_are(*net);
  EXPECT_TRUE(at::equal(logits(), logits()));
}

TEST_F(Noise, BatchNormGoesByTheBatchAllTheSame) {
  const common::WithoutNoise as_they_are(*net);
  const auto by_batch = logits();
  net->eval();
  EXPECT_FALSE(at::equal(by_batch, logits())) << "running statistics are still 0 and 1";
}

TEST_F(Noise, ComesBackAtTheEndWhereItWasOn) {
  for (const auto& part : net->named_modules())
    if (part.name.ends_with("dropout")) part.module->set_training(false);
  {
    const common::WithoutNoise as_they_are(*net);
  }
  for (const auto& part : net->named_modules())
    EXPECT_EQ(part.module->is_training(), !part.name.ends_with("dropout")) << part.name;
}

}  // namespace
