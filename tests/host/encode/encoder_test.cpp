// SPDX-License-Identifier: Apache-2.0
#include "host/encode/encoder.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "tests/host/encode/weights.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using testing::pretrained;

Tensor pictures(int64_t count, int64_t channels = 3, int64_t side = 224) {
  at::manual_seed(7);
  return at::randint(0, 256, {count, channels, side, side}, at::kByte);
}

TEST(Encoder, GivesTheSameBitsAloneAndInABatch) {
  const Encoder encoder(pretrained(), c10::kCPU);
  const auto some = pictures(5);
  const auto together = encoder(some, 1.0 / 255);
  EXPECT_EQ(together.sizes(), (std::vector<int64_t>{5, encoder.width(), 1, 1}));
  for (int64_t i = 0; i < 5; ++i)
    EXPECT_TRUE(at::equal(encoder(some.narrow(0, i, 1), 1.0 / 255)[0], together[i])) << i;
}

TEST(Encoder, GivesTheSameBitsOnOneCoreAndOnTwo) {
  const Encoder encoder(pretrained(), c10::kCPU);
  const auto some = pictures(4);
  const auto before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = encoder(some, 1.0 / 255);
  at::set_num_threads(2);
  const auto two = encoder(some, 1.0 / 255);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one, two));
}

TEST(Encoder, SeesPicturesAsItsWeightsExpectThem) {
  const auto weights = pretrained();
  const Encoder encoder(weights, c10::kCPU);
  const auto input = *pretrained_input("efficientnet-lite0");
  const Task task{.classes = 5, .channels = 3, .height = 224, .width = 224};
  const auto network = make_backbone("efficientnet-lite0", task, {}, 1);
  network->train(false);
  const auto one = pictures(1);
  const auto x = (one.to(at::kFloat) / 255 - input.mean[0]) / input.std[0];
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(at::allclose(encoder(one, 1.0 / 255).flatten(1), network->features(x), 1e-4, 1e-4));
}

TEST(Encoder, TakesGrayPicturesAsColorOnesOfEqualChannels) {
  const Encoder encoder(pretrained(), c10::kCPU);
  const auto gray = pictures(2, 1);
  EXPECT_TRUE(at::equal(encoder(gray, 1.0 / 255), encoder(gray.repeat({1, 3, 1, 1}), 1.0 / 255)));
}

TEST(Encoder, BringsOtherSizesToItsOwn) {
  const Encoder encoder(pretrained(), c10::kCPU);
  const auto flat = at::full({1, 3, 28, 28}, 90, at::kByte);
  const auto same = at::full({1, 3, 224, 224}, 90, at::kByte);
  EXPECT_TRUE(at::allclose(encoder(flat, 1.0 / 255), encoder(same, 1.0 / 255), 1e-4, 1e-5));
}

TEST(Encoder, RefusesWhatIsNoPicture) {
  const Encoder encoder(pretrained(), c10::kCPU);
  expect_failure(ExitCode::data, "pictures of 1 or 3 channels",
                 [&] { encoder(pictures(1, 2), 1.0 / 255); });
}

TEST(Encoder, KeepsAllThatFeaturesDependOnAndNotTheHead) {
  const Encoder encoder(pretrained(), c10::kCPU);
  auto copy = pretrained();
  copy.tensors = encoder.tensors();
  for (const auto& [name, tensor] : copy.tensors) EXPECT_FALSE(name.starts_with("_fc")) << name;
  const auto one = pictures(1);
  EXPECT_TRUE(at::equal(Encoder(copy, c10::kCPU)(one, 1.0 / 255), encoder(one, 1.0 / 255)));
}

}  // namespace
}  // namespace sslhost::host
