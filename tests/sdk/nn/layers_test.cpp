// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/layers.hpp"
#include "sslhost/nn/noise.hpp"
#include "sslhost/training/optimizer.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost {
namespace {

TEST(LinearLayer, ForwardAndBothGradientsEqualThePlainProducts) {
  const auto x = at::randn({256, 300}).requires_grad_(), w = at::randn({128, 300}).requires_grad_();
  const auto b = at::randn({128}).requires_grad_();
  const auto weight = at::randn({256, 128});
  const auto ours = torch::autograd::grad({(sslhost::linear(x, w, b) * weight).sum()}, {x, w, b});
  const auto plain = torch::autograd::grad({(at::linear(x, w, b) * weight).sum()}, {x, w, b});
  EXPECT_TRUE(at::allclose(sslhost::linear(x, w, b), at::linear(x, w, b), 1e-4, 1e-4));
  for (size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(at::allclose(ours[i], plain[i], 1e-4, 1e-3)) << i << " on " << linear_path();
}

TEST(LinearLayer, AcceptsWhatLibTorchAcceptsAndNothingElse) {
  const auto x = at::randn({40, 30}), w = at::randn({64, 30});
  EXPECT_TRUE(at::allclose(sslhost::linear(x, w, at::ones({1})), x.mm(w.t()) + 1, 1e-4, 1e-4));
  EXPECT_ANY_THROW(sslhost::linear(x, w, at::zeros({63})));
  EXPECT_ANY_THROW(sslhost::linear(x, at::randn({64, 29}), Tensor()));
}

// VAT's power step asks for the gradient of the input alone.
TEST(LinearLayer, TheGradientOfTheInputNeedsNothingOfTheWeights) {
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

TEST(LinearLayer, DoesWithoutABiasAtAnySize) {
  for (const int64_t n : {4, 512}) {
    const auto x = at::randn({n, 300}), w = at::randn({300, 300}).requires_grad_();
    const auto y = sslhost::linear(x, w, Tensor());
    EXPECT_TRUE(at::allclose(y, x.mm(w.t()), 1e-4, 1e-3));
    const auto g = torch::autograd::grad({y.sum()}, {w})[0];
    EXPECT_TRUE(at::allclose(g, x.sum(0).expand({300, 300}), 1e-3, 1e-3));
  }
}

TEST(LinearLayer, CanBeDifferentiatedTwice) {
  const auto x = at::randn({256, 300}).requires_grad_(), w = at::randn({128, 300}).requires_grad_();
  const auto second = [&](const Tensor& y) {
    const auto g = torch::autograd::grad({y.pow(2).sum()}, {x}, {}, true, /*create_graph=*/true)[0];
    return torch::autograd::grad({g.pow(2).sum()}, {w})[0];
  };
  const auto ours = second(sslhost::linear(x, w, Tensor())), plain = second(at::linear(x, w));
  EXPECT_LT((ours - plain).abs().max().item<float>(), 1e-5 * plain.abs().max().item<float>());
}

TEST(RandomTensors, DependOnTheKeyAlone) {
  const auto a = random::normal({50, 40}, 7, at::kCPU);
  random::normal({3}, 8, at::kCPU);
  EXPECT_TRUE(at::equal(a, random::normal({50, 40}, 7, at::kCPU)));
  EXPECT_FALSE(at::equal(a, random::normal({50, 40}, 9, at::kCPU)));
}

TEST(RandomTensors, HaveTheirMoments) {
  const auto n = random::normal({200000}, 1, at::kCPU), u = random::uniform({200000}, 1, at::kCPU);
  EXPECT_NEAR(n.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(n.std().item<double>(), 1, 0.01);
  EXPECT_NEAR(u.mean().item<double>(), 0.5, 0.005);
  EXPECT_GE(u.min().item<float>(), 0);
  EXPECT_LT(u.max().item<float>(), 1);
}

TEST(DropoutMask, KeepsTheMeanAndDropsItsShare) {
  const auto mask = random::dropout_mask({1000, 1000}, 0.3, 5, at::kCPU);
  EXPECT_NEAR(mask.mean().item<double>(), 1, 0.005);
  EXPECT_NEAR((mask == 0).to(at::kFloat).mean().item<double>(), 0.3, 0.003);
  EXPECT_NEAR(mask.max().item<float>(), 1 / 0.7, 1e-6);
}

TEST(DropoutMask, IsTheSameAtAnyThreadCountAndFreshForEachKey) {
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = random::dropout_mask({500, 400}, 0.5, 11, at::kCPU);
  at::set_num_threads(2);
  EXPECT_TRUE(at::equal(one, random::dropout_mask({500, 400}, 0.5, 11, at::kCPU)));
  at::set_num_threads(threads);
  // Keys that differ in one bit agree on half of the elements, as independent masks do.
  const auto other = random::dropout_mask({500, 400}, 0.5, 10, at::kCPU);
  EXPECT_NEAR((one == other).to(at::kFloat).mean().item<double>(), 0.5, 0.01);
}

class NoiseLayers : public ::testing::Test {
 protected:
  NoiseLayers() { detail::noise_context() = &context; }
  ~NoiseLayers() override { detail::noise_context() = nullptr; }
  detail::NoiseContext context{.key = 3};
  const Tensor x = at::ones({64, 64});
};

TEST_F(NoiseLayers, PassesInOneScopeShareTheirDraws) {
  Dropout dropout(0.5);
  GaussianNoise noise(0.5);
  context.scope = 9;
  EXPECT_TRUE(at::equal(dropout(x), dropout(x)));
  EXPECT_TRUE(at::equal(noise(x), noise(x)));
}

TEST_F(NoiseLayers, PassesOutsideScopesAreFresh) {
  Dropout dropout(0.5);
  EXPECT_FALSE(at::equal(dropout(x), dropout(x)));
}

TEST_F(NoiseLayers, LayersOfOtherNamesDrawOtherwise) {
  Dropout a(0.5), b(0.5);
  b.name_key = 1;
  context.scope = 9;
  EXPECT_FALSE(at::equal(a(x), b(x)));
}

TEST_F(NoiseLayers, AreTheIdentityInEvaluation) {
  Dropout dropout(0.5);
  dropout.eval();
  EXPECT_TRUE(dropout(x).is_same(x));
}

TEST_F(NoiseLayers, SayWhetherTheyDraw) {
  for (const auto& [layer, draws] : std::vector<std::pair<std::shared_ptr<NoiseLayer>, bool>>{
           {std::make_shared<Dropout>(0.5), true},
           {std::make_shared<Dropout>(0), false},
           {std::make_shared<GaussianNoise>(0.1), true},
           {std::make_shared<GaussianNoise>(0), false}})
    EXPECT_EQ(layer->draws(), draws);
  EXPECT_TRUE(at::equal(Dropout(0)(x), x));
  EXPECT_TRUE(at::equal(GaussianNoise(0)(x), x));
}

TEST(NoiseLayersOutsideAStep, Refuse) {
  Dropout dropout(0.5);
  EXPECT_THROW(dropout(at::ones({2, 2})), c10::Error);
  EXPECT_THROW(Dropout(1.0), c10::Error);
}

}  // namespace
}  // namespace sslhost
