// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/gradients.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/nn/layers.hpp"

namespace sslhost {
namespace {

TEST(Gradients, WithAGraphOfTheirOwnKeepWhatTheyWereMadeFrom) {
  const Linear first(3, 4), second(4, 2);
  const auto x = at::ones({5, 3}).requires_grad_(true);
  const auto value = second.forward(first.forward(x).tanh()).square().sum();
  const auto slope = gradients(value, {x}, {.create_graph = true})[0];
  const auto penalty = gradients(value + slope.square().sum(), {first.weight})[0];
  EXPECT_GT(penalty.abs().sum().item<double>(), 0);
}

TEST(Gradients, FreeTheirGraphWhereNobodyAskedForIt) {
  const Linear layer(3, 4);
  const auto value = layer.forward(at::ones({5, 3})).tanh().sum();
  gradients(value, {layer.weight});
  EXPECT_THROW(gradients(value, {layer.weight}), c10::Error);
}

}  // namespace
}  // namespace sslhost
