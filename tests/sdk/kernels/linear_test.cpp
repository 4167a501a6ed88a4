// SPDX-License-Identifier: Apache-2.0
// Linear layers, with the BLAS and with our own products at each width of vectors.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/layers.hpp"

#include "tests/sdk/kernels/paths.hpp"

namespace sslhost {
namespace {

/// Null: the BLAS.
class LinearLayer : public ::testing::TestWithParam<const vectors::Path*> {
 protected:
  void SetUp() override {
    if (GetParam() && !vectors::runs_here(*GetParam()))
      GTEST_SKIP() << vectors::why_skipped(*GetParam());
    ASSERT_EQ(kernels::ours().linear, GetParam());
  }

 private:
  kernels::Override override_{{.linear = GetParam(), .convolutions = nullptr, .pooling = false}};
};

INSTANTIATE_TEST_SUITE_P(Kernels, LinearLayer,
                         ::testing::Values(nullptr, &vectors::kAvx2, &vectors::kAvx512),
                         [](const auto& test) {
                           return std::string(test.param ? test.param->name : "blas");
                         });

TEST_P(LinearLayer, ForwardAndBothGradientsEqualThePlainProducts) {
  const auto x = at::randn({256, 300}).requires_grad_(), w = at::randn({128, 300}).requires_grad_();
  const auto b = at::randn({128}).requires_grad_();
  const auto weight = at::randn({256, 128});
  const auto ours = torch::autograd::grad({(sslhost::linear(x, w, b) * weight).sum()}, {x, w, b});
  const auto plain = torch::autograd::grad({(at::linear(x, w, b) * weight).sum()}, {x, w, b});
  EXPECT_TRUE(at::allclose(sslhost::linear(x, w, b), at::linear(x, w, b), 1e-4, 1e-4));
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(at::allclose(ours[i], plain[i], 1e-4, 1e-3)) << i;
}

TEST_P(LinearLayer, AcceptsWhatLibTorchAcceptsAndNothingElse) {
  const auto x = at::randn({40, 30}), w = at::randn({64, 30});
  EXPECT_TRUE(at::allclose(sslhost::linear(x, w, at::ones({1})), x.mm(w.t()) + 1, 1e-4, 1e-4));
  EXPECT_ANY_THROW(sslhost::linear(x, w, at::zeros({63})));
  EXPECT_ANY_THROW(sslhost::linear(x, at::randn({64, 29}), Tensor()));
}

// VAT's power step asks for the gradient of the input alone.
TEST_P(LinearLayer, TheGradientOfTheInputNeedsNothingOfTheWeights) {
  const auto x = at::randn({256, 300}).requires_grad_(), w = at::randn({128, 300}).requires_grad_();
  bool computed = false;
  const auto hooked = w.mul(1);
  hooked.register_hook([&](const Tensor& g) {
    computed = true;
    return g;
  });
  const auto z = sslhost::linear(x, hooked, Tensor());
  torch::autograd::grad({z.sum()}, {x});
  EXPECT_FALSE(computed);
  torch::autograd::grad({sslhost::linear(x, hooked, Tensor()).sum()}, {x, w});
  EXPECT_TRUE(computed) << "then the hook proves nothing";
}

TEST_P(LinearLayer, DoesWithoutABiasAtAnySize) {
  for (const int64_t n : {4, 512}) {
    const auto x = at::randn({n, 300}), w = at::randn({300, 300}).requires_grad_();
    const auto y = sslhost::linear(x, w, Tensor());
    EXPECT_TRUE(at::allclose(y, x.mm(w.t()), 1e-4, 1e-3));
    const auto g = torch::autograd::grad({y.sum()}, {w})[0];
    EXPECT_TRUE(at::allclose(g, x.sum(0).expand({300, 300}), 1e-3, 1e-3));
  }
}

TEST_P(LinearLayer, CanBeDifferentiatedTwice) {
  const auto x = at::randn({256, 300}).requires_grad_(), w = at::randn({128, 300}).requires_grad_();
  const auto second = [&](const Tensor& y) {
    const auto g = torch::autograd::grad({y.pow(2).sum()}, {x}, {}, true, /*create_graph=*/true)[0];
    return torch::autograd::grad({g.pow(2).sum()}, {w})[0];
  };
  const auto ours = second(sslhost::linear(x, w, Tensor())), plain = second(at::linear(x, w));
  EXPECT_LT((ours - plain).abs().max().item<float>(), 1e-5 * plain.abs().max().item<float>());
}

}  // namespace
}  // namespace sslhost
