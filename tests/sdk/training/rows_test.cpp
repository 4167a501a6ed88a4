// SPDX-License-Identifier: Apache-2.0
// Losses row by row in one operator, against the same composed of LibTorch's in float64.
#include "sdk/src/base/rows.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/training/losses.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Tensor logits(int64_t n, int64_t classes, uint64_t key, double spread = 3) {
  return random::normal({n, classes}, key, at::kCPU).mul(spread);
}

double largest(const Tensor& x) { return x.abs().max().item<double>(); }

/// Of the mean over rows and of each row's weighted sum.
template <class Loss>
void expect_value_and_gradients(Loss loss, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> floats, doubles;
  for (const auto& input : inputs) {
    floats.push_back(input.clone().requires_grad_());
    doubles.push_back(input.to(at::kDouble).requires_grad_());
  }
  // Logits up to 4 give 1e-6; larger ones lose digits before the first operator: each has an error
  // of its size times 2^-24.
  double size = 4;
  for (const auto& input : inputs) size = std::max(size, largest(input));
  const double relative = 4 * size * 0x1p-24;
  for (const auto reduction : {Reduction::mean, Reduction::none}) {
    const auto found = loss(floats, reduction), expected = loss(doubles, reduction);
    EXPECT_LT(largest(found - expected), relative * (1 + largest(expected)));
    const auto weights = at::arange(1, expected.numel() + 1, at::kDouble).view(expected.sizes());
    const auto of_floats = torch::autograd::grad({(found * weights.to(at::kFloat)).sum()}, floats),
               of_doubles = torch::autograd::grad({(expected * weights).sum()}, doubles);
    for (size_t i = 0; i < inputs.size(); ++i) {
      EXPECT_LT(largest(of_floats[i] - of_doubles[i]), relative * (1 + largest(of_doubles[i])));
    }
  }
}

TEST(Rows, KlDivergenceEqualsItsCompositionInFloat64) {
  for (const int64_t classes : {1, 2, 10, 100, 128})
    for (const int64_t n : {1, 7, 250})
      for (const double spread : {1.0, 3.0})
        expect_value_and_gradients(
            [](const auto& in, Reduction how) { return kl_divergence(in[0], in[1], how); },
            {logits(n, classes, 1, spread), logits(n, classes, 2, spread)});
}

TEST(Rows, EntropyEqualsItsCompositionInFloat64) {
  for (const int64_t classes : {1, 2, 10, 100, 128})
    expect_value_and_gradients([](const auto& in, Reduction how) { return entropy(in[0], how); },
                               {logits(31, classes, 3)});
}

TEST(Rows, LogitsFarApartAreNoTrouble) {
  expect_value_and_gradients(
      [](const auto& in, Reduction how) { return kl_divergence(in[0], in[1], how); },
      {logits(50, 10, 4, 60), logits(50, 10, 5, 60)});
}

TEST(Rows, WhatIsNoNumberStaysNone) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity}) {
    for (const int64_t at : {0, 3}) {
      auto z = logits(2, 5, 6);
      z.select(0, 1).select(0, at).fill_(bad);
      EXPECT_TRUE(std::isnan(entropy(z).item<float>()));
      EXPECT_TRUE(std::isnan(kl_divergence(z, logits(2, 5, 7)).item<float>()));
      EXPECT_TRUE(std::isnan(kl_divergence(logits(2, 5, 7), z).item<float>()));
    }
  }
}

TEST(Rows, AGradientCanBeDifferentiatedAgain) {
  const auto second = [](at::ScalarType type) {
    const auto p = logits(4, 3, 8).to(type).requires_grad_(),
               q = logits(4, 3, 9).to(type).requires_grad_();
    const auto loss = kl_divergence(p, q) + entropy(p);
    const auto first = torch::autograd::grad({loss}, {p, q}, {}, true, /*create_graph=*/true);
    const auto of = first[0].square().sum() + first[1].square().sum();
    return torch::autograd::grad({of}, {p, q});
  };
  const auto found = second(at::kFloat), expected = second(at::kDouble);
  for (size_t i = 0; i < 2; ++i)
    EXPECT_TRUE(at::allclose(found[i].to(at::kDouble), expected[i], 1e-5, 1e-6));
}

// This file is compiled for any processor, the loops for several.
TEST(Rows, AreThoseOfTheFunctionsToTheBit) {
  const auto p = logits(40, 10, 10), q = logits(40, 10, 11);
  const auto found = kl_divergence(p, q, Reduction::none);
  for (int64_t i = 0; i < 40; ++i)
    ASSERT_EQ(found.const_data_ptr<float>()[i],
              rows::kl(p.const_data_ptr<float>() + 10 * i, q.const_data_ptr<float>() + 10 * i, 10));
}

TEST(UnitNorm, HasLengthOneAndTheDirectionOfItsRow) {
  for (const int64_t width : {1, 5, 16, 784, 3001}) {
    const auto x = random::normal({9, width}, 12, at::kCPU);
    const auto found = unit_norm(x).to(at::kDouble);
    const auto wide = x.to(at::kDouble);
    EXPECT_TRUE(at::allclose(found, wide / wide.norm(2, 1, true), 1e-6, 1e-9)) << width;
  }
}

TEST(UnitNorm, OfTinyAndHugeAndZeroRows) {
  const auto x = at::ones({1, 4});
  for (const float scale : {1e-38F, 1e-25F, 1e25F, 3e37F})
    EXPECT_TRUE(at::allclose(unit_norm(x * scale), at::full({1, 4}, 0.5))) << scale;
  EXPECT_TRUE(at::equal(unit_norm(at::zeros({2, 3})), at::zeros({2, 3})));
  EXPECT_TRUE(unit_norm(at::full({1, 2}, kInfinity)).isnan().all().item<bool>());
}

TEST(UnitNorm, TakesAGradientWhereOneIsAsked) {
  const auto x = at::tensor({3.0F, 4.0F}).view({1, 2}).requires_grad_();
  const auto g = torch::autograd::grad({unit_norm(x).select(1, 0).sum()}, {x})[0];
  // ∂(x/‖x‖)/∂x = 1/‖x‖ − x²/‖x‖³ and −xy/‖x‖³
  EXPECT_NEAR(g.select(1, 0).item<float>(), 16.0 / 125, 1e-6);
  EXPECT_NEAR(g.select(1, 1).item<float>(), -12.0 / 125, 1e-6);
}

}  // namespace
}  // namespace sslhost
