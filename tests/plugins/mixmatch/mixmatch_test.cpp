// SPDX-License-Identifier: Apache-2.0
// MixMatch's equations by hand, and its step over tensors of our own.
#include "plugins/mixmatch/mixmatch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include <ATen/ops/allclose.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/tensor.h>

#include "sslhost/testing.hpp"

namespace {

TEST(MixUp, MixesImagesAndLabelsWithTheLargerShareForTheFirst) {
  const Soft a = {at::tensor({1.f, 3.f}).view({2, 1, 1, 1}),
                  at::tensor({1.f, 0.f, 0.f, 1.f}).view({2, 2})};
  const Soft b = {at::tensor({5.f, 7.f}).view({2, 1, 1, 1}),
                  at::tensor({0.f, 1.f, 0.f, 1.f}).view({2, 2})};
  const auto mixed = mixup(a, b, at::tensor({0.25f, 0.75f}));
  EXPECT_TRUE(at::allclose(mixed.images.flatten(), at::tensor({2.f, 4.f})));
  EXPECT_TRUE(at::allclose(mixed.labels, at::tensor({.75f, .25f, 0.f, 1.f}).view({2, 2})));
}

// (0.75, 0.25) against (1, 0): (0.0625 + 0.0625) / 2.
TEST(Brier, IsAMeanOverSamplesAndClasses) {
  const auto logits = at::tensor({std::log(3.), 0.}).view({1, 2});
  EXPECT_NEAR(brier(logits, at::tensor({1., 0.}).view({1, 2})).item<double>(), 0.0625, 1e-12);
}

// Eq. 7 with T = 1/2: squares, made a distribution.
TEST(Sharpening, TakesPowersAndMakesADistribution) {
  const auto found = sharpen(at::tensor({0.6, 0.3, 0.1}).view({1, 3}), 0.5);
  EXPECT_TRUE(at::allclose(found, at::tensor({0.36, 0.09, 0.01}).div(0.46).view({1, 3})));
}

const Task kTask = {
    .classes = 3, .channels = 1, .height = 2, .width = 2, .labeled = 4, .unlabeled = 9};

Tensor images(int64_t count, double factor) {
  return at::linspace(-1, 1, count * 4).mul(factor).sin().view({count, 1, 2, 2});
}

class MixMatchStep : public ::testing::Test {
 protected:
  void make(const MixMatchOptions& options) {
    bench = std::make_unique<sslhost::testing::Bench>(std::make_unique<MixMatch>(options), kTask);
    bench->step().give_labeled(images(4, 3), at::tensor({0, 1, 2, 1}, at::kLong));
    bench->step().give_unlabeled(images(5, 5), {.view = "guess_1"});
    bench->step().give_unlabeled(images(5, 7), {.view = "guess_2"});
    bench->step().set_time(30, 100);
  }
  std::unique_ptr<sslhost::testing::Bench> bench;
};

/// Algorithm 1 once more, a sample at a time.
TEST_F(MixMatchStep, LossIsThatOfEquation5) {
  MixMatchOptions o;
  o.weight = 10;
  make(o);
  const auto found = bench->loss().item<double>();
  const auto net = bench->build().predictor();
  const auto first = images(5, 5), second = images(5, 7);
  const auto mean = (net(first).softmax(1) + net(second).softmax(1)) / 2;
  const auto guess = mean.square() / mean.square().sum(1, true);
  const auto labels = at::tensor({1.f, 0.f, 0.f, 0.f, 1.f, 0.f, 0.f, 0.f, 1.f, 0.f, 1.f, 0.f});
  const auto x = at::cat({images(4, 3), first, second}),
             p = at::cat({labels.view({4, 3}), guess, guess});
  const auto partner = bench->step().permutation("partners", 14);
  const auto lambda = bench->step().beta("lambda", 0.75, 0.75, {14});
  double supervised = 0, unsupervised = 0;
  for (int64_t i = 0; i < 14; ++i) {
    const auto j = partner[i].item<int64_t>();
    const double l = std::max(lambda[i].item<double>(), 1 - lambda[i].item<double>());
    const auto log_q = net((l * x[i] + (1 - l) * x[j]).unsqueeze(0)).log_softmax(1)[0];
    const auto target = l * p[i] + (1 - l) * p[j];
    if (i < 4)
      supervised -= (target * log_q).sum().item<double>() / 4;
    else
      unsupervised += (target - log_q.exp()).square().sum().item<double>() / (3 * 10);
  }
  EXPECT_NEAR(found, supervised + 10 * 0.3 * unsupervised, 1e-5);
  EXPECT_NEAR(bench->step().logged("guess_weight").item<double>(), 3, 1e-6) << "the ramp";
}

TEST_F(MixMatchStep, UnlabeledImagesHaveASayInBothOfTheirParts) {
  make({});
  EXPECT_GT(bench->unlabeled_gradient({.view = "guess_1"}), 0);
  EXPECT_GT(bench->unlabeled_gradient({.view = "guess_2"}), 0);
}

TEST_F(MixMatchStep, AGuessIsTheMeanOfAsManyViewsAsAreAskedFor) {
  MixMatchOptions o;
  o.guesses = 3;
  const auto streams = MixMatch(o).phases(kTask).at(0).streams;
  ASSERT_EQ(streams.at(1).views.size(), 3U);
  EXPECT_EQ(streams[1].views[2].name, "guess_3");
  EXPECT_EQ(streams[1].batch, 9) << "the pool has no more";
}

}  // namespace
