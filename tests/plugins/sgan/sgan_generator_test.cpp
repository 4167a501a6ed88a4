// SPDX-License-Identifier: Apache-2.0
// Which generator is taken where none is named.
#include <gtest/gtest.h>

#include "plugins/sgan/sgan.cpp"  // NOLINT: the class is in an anonymous namespace
#include "tests/plugins/sgan/scripted.hpp"
#include "tests/support/failures.hpp"

namespace {

/// The first hidden layer's channels or width of the generator that `auto` takes.
int64_t first_width(int64_t height, int64_t width, DataKind kind = DataKind::image) {
  const Task task = {.classes = 3,
                     .channels = 1,
                     .height = height,
                     .width = width,
                     .kind = kind,
                     .labeled = 9,
                     .unlabeled = 20};
  const auto net = std::make_shared<sslhost::testing::SpyNet>(task.inputs(), 5, task.classes);
  sslhost::testing::ScriptedBuild build(task, net);
  Sgan(Options{}).build(build);
  const auto noise = at::zeros({1, 100}, at::kDouble);
  build.generator->eval();
  EXPECT_EQ((*build.generator)(noise).sizes(), (std::vector<int64_t>{1, 1, height, width}));
  const auto weight = build.generator->parameters().front();
  return weight.dim() == 4 ? weight.size(1) : weight.size(0);
}

// A generator of linear layers for images of 48 pixels was taken without a word.
TEST(SganGenerator, IsOfConvolutionsForImagesFrom16Pixels) {
  EXPECT_EQ(first_width(28, 28), 256) << "dcgan-28";
  EXPECT_EQ(first_width(16, 16), 128);
  EXPECT_EQ(first_width(48, 48), 256);
  EXPECT_EQ(first_width(40, 96), 256);
  EXPECT_EQ(first_width(8, 8), 500) << "mlp-500-500";
  EXPECT_EQ(first_width(1, 1, DataKind::points), 128) << "mlp-128-128";
}

TEST(SganGenerator, OfTooLargeImagesIsRefusedInWords) {
  expect_failure(ExitCode::usage, "300x20", [] { first_width(300, 20); });
}

}  // namespace
