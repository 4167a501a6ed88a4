// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/draws.hpp"

#include <gtest/gtest.h>

#include "sslhost/nn/networks.hpp"

namespace {

using namespace sslhost;

bool draws(const NetworkRequest& request) {
  const Task task = {.classes = 3, .channels = 1, .height = 8, .width = 8};
  return common::draws(*make_backbone("cnn-4x4", task, request, 1));
}

TEST(Draws, WhereALayerHasNoiseOrDropout) {
  EXPECT_TRUE(draws({.dropout = 0.5}));
  EXPECT_TRUE(draws({.dropout = 0, .noise = 0.1}));
  EXPECT_FALSE(draws({.dropout = 0, .noise = 0}));
}

}  // namespace
