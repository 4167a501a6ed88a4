// SPDX-License-Identifier: Apache-2.0
// Pooling against LibTorch's operators, to the bit.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/convolution.hpp"

namespace sslhost {
namespace {

/// LibTorch's own operators, with whatever numbers, on the same tensor.
void expect_as_libtorch(const Tensor& values, bool relu) {
  const auto run = [&](const auto& f) {
    const auto x = values.detach().requires_grad_();
    const auto y = f(x);
    const auto weights = at::arange(y.numel()).to(at::kFloat).view(y.sizes());
    return std::pair(y.detach(), torch::autograd::grad({(y * weights).sum()}, {x})[0]);
  };
  const auto [y, gradient] = run([&](const Tensor& x) { return max_pool2x2(x, relu); });
  const auto [expected, expected_gradient] = run([&](const Tensor& x) {
    const auto maxima = at::max_pool2d(x, {2, 2});
    return relu ? at::relu(maxima) : maxima;
  });
  EXPECT_TRUE(at::equal(y, expected));
  EXPECT_TRUE(at::equal(gradient, expected_gradient));
}

TEST(Pool, EqualsLibTorchsOperatorsToTheBit) {
  at::manual_seed(3);
  for (const auto relu : {true, false})
    for (const int64_t channels : {1, 3, 4, 16, 21}) {
      const auto x = at::randn({3, channels, 6, 10});
      expect_as_libtorch(x.contiguous(at::MemoryFormat::ChannelsLast), relu);
      expect_as_libtorch(x, relu);
      const auto ties = x.sign().contiguous(at::MemoryFormat::ChannelsLast);
      expect_as_libtorch(ties, relu);
      for (const auto& odd : {x.slice(2, 0, 5), x.slice(3, 0, 9), x.slice(2, 0, 5).slice(3, 0, 7)})
        expect_as_libtorch(odd.contiguous(at::MemoryFormat::ChannelsLast), relu);
    }
}

/// Gradients of more than 8 MB are written past the caches, in pieces of 16 bytes where they fit.
TEST(Pool, EqualsLibTorchsOperatorsForLargeBatchesToo) {
  at::manual_seed(4);
  for (const auto& shape : {std::vector<int64_t>{40, 64, 31, 32}, {150, 5, 53, 55}}) {
    const auto x = at::randn(shape).contiguous(at::MemoryFormat::ChannelsLast);
    ASSERT_GT(x.nbytes(), 8U << 20);
    expect_as_libtorch(x, true);
  }
}

TEST(Pool, KeepsNaN) {
  for (int64_t i = 0; i < 4; ++i) {
    auto x =
        at::arange(4).to(at::kFloat).view({1, 1, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
    x.view(-1)[i] = std::nanf("");
    EXPECT_TRUE(std::isnan(max_pool2x2(x, true).item<float>())) << i;
  }
}

TEST(Pool, CanBeDifferentiatedTwice) {
  const auto values = at::randn({2, 3, 5, 6}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto second = [&](const auto& pool) {
    const auto x = values.detach().requires_grad_();
    const auto g =
        torch::autograd::grad({pool(x).pow(3).sum()}, {x}, {}, true, /*create_graph=*/true)[0];
    return torch::autograd::grad({g.pow(2).sum()}, {x})[0];
  };
  EXPECT_TRUE(at::allclose(second([](const Tensor& x) { return max_pool2x2(x, true); }),
                           second([](const Tensor& x) { return at::relu(at::max_pool2d(x, 2)); })));
}

}  // namespace
}  // namespace sslhost
