// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/losses.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/support/gradients.hpp"

namespace sslhost {
namespace {

Tensor logits64(std::initializer_list<double> values, int64_t classes) {
  return at::tensor(std::vector<double>(values), at::kDouble).view({-1, classes});
}

std::vector<double> softmax(const double* row, int64_t classes) {
  std::vector<double> p(row, row + classes);
  double sum = 0;
  for (auto& v : p) sum += v = std::exp(v);
  for (auto& v : p) v /= sum;
  return p;
}

TEST(Losses, KlDivergenceEqualsTheSumOverClassesAveragedOverSamples) {
  const auto a = logits64({0.3, -1.2, 2.0, 0.1, 0.2, 0.3}, 3),
             b = logits64({-0.5, 0.7, 1.1, 2.0, -1.0, 0.0}, 3);
  double expected = 0;
  for (int n = 0; n < 2; ++n) {
    const auto p = softmax(a.const_data_ptr<double>() + 3 * n, 3),
               q = softmax(b.const_data_ptr<double>() + 3 * n, 3);
    for (int k = 0; k < 3; ++k) expected += p[k] * std::log(p[k] / q[k]) / 2;
  }
  EXPECT_NEAR(kl_divergence(a, b).item<double>(), expected, 1e-14);
  EXPECT_NEAR(kl_divergence(a, a).item<double>(), 0, 1e-15);
}

TEST(Losses, KlDivergenceHasTheGradientsOfFiniteDifferences) {
  const auto a = logits64({0.3, -1.2, 2.0, 0.1, 0.2, 0.3}, 3),
             b = logits64({-0.5, 0.7, 1.1, 2.0, -1.0, 0.0}, 3);
  testing::expect_gradient([&](const Tensor& x) { return kl_divergence(x, b); }, a, 1e-6, 1e-8);
  testing::expect_gradient([&](const Tensor& x) { return kl_divergence(a, x); }, b, 1e-6, 1e-8);
}

TEST(Losses, CrossEntropyAndEntropyEqualHandComputedValues) {
  const auto a = logits64({0.3, -1.2, 2.0, 0.1, 0.2, 0.3}, 3);
  const auto p = softmax(a.const_data_ptr<double>(), 3),
             q = softmax(a.const_data_ptr<double>() + 3, 3);
  const auto labels = at::tensor(std::vector<int64_t>{2, 0}, at::kLong);
  EXPECT_NEAR(cross_entropy(a, labels).item<double>(), -(std::log(p[2]) + std::log(q[0])) / 2,
              1e-14);
  double h = 0;
  for (int k = 0; k < 3; ++k) h -= (p[k] * std::log(p[k]) + q[k] * std::log(q[k])) / 2;
  EXPECT_NEAR(entropy(a).item<double>(), h, 1e-14);
}

TEST(Losses, ExtremeLogitsStayFinite) {
  const auto a = logits64({1e4, -1e4, 0, 0}, 2), b = logits64({-1e4, 1e4, 0, 0}, 2);
  EXPECT_TRUE(std::isfinite(kl_divergence(a, b).item<double>()));
  EXPECT_NEAR(entropy(a).item<double>(), std::log(2.0) / 2, 1e-12);
}

TEST(UnitNorm, MakesEachSampleOfLengthOne) {
  const auto x = at::randn({5, 2, 3, 4});
  const auto norms = unit_norm(x).flatten(1).norm(2, 1);
  EXPECT_TRUE(at::allclose(norms, at::ones({5})));
}

TEST(UnitNorm, LeavesAZeroSampleZeroAndResolvesTinyOnes) {
  auto x = at::zeros({2, 1, 2, 2});
  x[1].fill_(1e-30);
  const auto u = unit_norm(x);
  EXPECT_EQ(u[0].abs().max().item<float>(), 0);
  EXPECT_NEAR(u[1][0][0][0].item<float>(), 0.5, 1e-3)
      << "1e-60 is below float32: the norm must not be squared naively";
}

TEST(UnitNorm, OfAZeroSampleHasAFiniteGradientAndOthersKeepTheirs) {
  const auto x = at::tensor({0., 0., 3., 4.}, at::kDouble).view({2, 2}).requires_grad_(true);
  const auto weights = at::tensor({1., 2., 1., 2.}, at::kDouble).view({2, 2});
  const auto g = torch::autograd::grad({(unit_norm(x) * weights).sum()}, {x})[0];
  EXPECT_TRUE(at::isfinite(g).all().item<bool>()) << g;
  // d/dx of w·x/|x| is w/|x| − x (w·x)/|x|³.
  EXPECT_NEAR(g[1][0].item<double>(), 1 / 5. - 3 * 11 / 125., 1e-12);
  EXPECT_NEAR(g[1][1].item<double>(), 2 / 5. - 4 * 11 / 125., 1e-12);
}

TEST(Losses, OfOtherShapesThanRowsOfLogitsAreRefused) {
  const auto tokens = at::zeros({2, 4, 3});
  EXPECT_THROW(entropy(tokens), c10::Error);
  EXPECT_THROW(kl_divergence(tokens, tokens), c10::Error);
  EXPECT_THROW(cross_entropy(tokens, at::zeros({2, 3}, at::kLong)), c10::Error);
}

TEST(Losses, NoLabelIsLeftOutInSilence) {
  EXPECT_THROW(cross_entropy(at::zeros({2, 3}), at::tensor({0, -100}, at::kLong)), c10::Error);
}

TEST(Losses, SharpeningStaysFiniteWhereAllPowersAreTiny) {
  const auto sharp = sharpen(at::full({1, 1000}, 1e-3), 0.05);
  EXPECT_NEAR(sharp.sum().item<double>(), 1, 1e-4);
  EXPECT_NEAR(sharp[0][7].item<double>(), 1e-3, 1e-6);
}

TEST(Losses, SoftTargetsThatAreCertainAreHardOnes) {
  const auto logits = at::linspace(-2, 3, 12).view({4, 3}).sin();
  const auto labels = at::tensor({2, 0, 1, 1}, at::kLong);
  const auto soft = labels.unsqueeze(1).eq(at::arange(3)).to(at::kFloat);
  EXPECT_TRUE(at::allclose(cross_entropy(logits, soft), cross_entropy(logits, labels)));
  const auto mixed = (soft + 1) / 4;  // 1/2, 1/4, 1/4
  const auto expected = -(mixed * logits.log_softmax(1)).sum(1);
  EXPECT_TRUE(at::allclose(cross_entropy(logits, mixed, Reduction::none), expected));
}

TEST(Losses, UnreducedOnesHaveTheMeanOfTheReduced) {
  const auto p = at::linspace(-2, 3, 12).view({4, 3}).sin(), q = p.cos();
  const auto labels = at::tensor({2, 0, 1, 1}, at::kLong);
  const auto expect_mean = [](const Tensor& each, const Tensor& mean) {
    EXPECT_EQ(each.sizes(), (std::vector<int64_t>{4}));
    EXPECT_TRUE(at::allclose(each.mean(), mean));
  };
  expect_mean(cross_entropy(p, labels, Reduction::none), cross_entropy(p, labels));
  expect_mean(kl_divergence(p, q, Reduction::none), kl_divergence(p, q));
  expect_mean(entropy(p, Reduction::none), entropy(p));
}

TEST(Losses, SquaredErrorIsAMeanOverElementsOfSamplesOfAnyShape) {
  const auto x = at::linspace(-2, 3, 24, at::kDouble).sin().view({2, 3, 2, 2}), y = x.cos();
  const auto squares = (x - y).square();
  EXPECT_TRUE(at::allclose(squared_error(x, y), squares.mean()));
  EXPECT_TRUE(at::allclose(squared_error(x, y, Reduction::none), squares.mean({1, 2, 3})));
  EXPECT_TRUE(
      at::allclose(squared_error(x.flatten(), y.flatten(), Reduction::none), squares.flatten()));
  EXPECT_THROW(squared_error(at::ones({4}), at::ones({4, 1})), c10::Error);
}

TEST(Losses, SquaredErrorHasGradientsThroughBothArguments) {
  const auto x = at::linspace(-2, 3, 12, at::kDouble).sin().view({4, 3}), y = x.cos();
  const auto weights = at::arange(4, at::kDouble);
  testing::expect_gradient([&](const Tensor& z) { return squared_error(z, y); }, x, 1e-6, 1e-8);
  testing::expect_gradient([&](const Tensor& z) { return squared_error(x, z); }, y, 1e-6, 1e-8);
  testing::expect_gradient(
      [&](const Tensor& z) { return squared_error(z, y, Reduction::none).dot(weights); }, x, 1e-6,
      1e-8);
}

TEST(Losses, SharpenedProbabilitiesAreNearerToTheMostProbableClass) {
  const auto p = at::tensor({0.5, 0.3, 0.2}, at::kDouble).view({1, 3});
  const double sum = 0.25 + 0.09 + 0.04;
  EXPECT_TRUE(at::allclose(
      sharpen(p, 0.5), at::tensor({0.25 / sum, 0.09 / sum, 0.04 / sum}, at::kDouble).view({1, 3})));
  EXPECT_TRUE(at::allclose(sharpen(p, 1), p));
  EXPECT_THROW(sharpen(p, 0), c10::Error);
}

}  // namespace
}  // namespace sslhost
