// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/weight_norm.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/networks.hpp"
#include "sslhost/nn/noise.hpp"

namespace sslhost {
namespace {

const Task kDigits = {
    .classes = 10, .channels = 1, .height = 8, .width = 8, .labeled = 50, .unlabeled = 1000};

TEST(WeightNorm, RowsHaveTheLengthOfTheirScale) {
  WeightNormLinear linear(7, 3);
  WeightNormConv2d conv(2, 5, 3);
  const at::NoGradGuard no_gradient;
  linear.weight_g.fill_(2.5);
  EXPECT_TRUE(at::allclose(linear.weight().norm(2, {1}), at::full({3}, 2.5)));
  EXPECT_TRUE(at::allclose(conv.weight().flatten(1).norm(2, {1}), at::ones({5})));
  EXPECT_EQ(conv.weight_g.sizes(), (std::vector<int64_t>{5, 1, 1, 1}));
}

TEST(WeightNorm, TheGradientOfVIsOrthogonalToV) {
  WeightNormLinear layer(6, 4);
  const auto loss = layer(at::randn({9, 6})).square().sum();
  const auto g = torch::autograd::grad({loss}, {layer.weight_v})[0];
  EXPECT_GT(g.abs().max().item<double>(), 1e-3);
  EXPECT_LT((g * layer.weight_v).sum(1).abs().max().item<double>(), 1e-4);
}

TEST(WeightNorm, AFixedScaleTakesNoGradient) {
  EXPECT_FALSE(WeightNormLinear(6, 4, /*train_scale=*/false).weight_g.requires_grad());
  EXPECT_TRUE(WeightNormLinear(6, 4).weight_g.requires_grad());
}

/// A backbone of one convolution and one linear layer.
class Small final : public Backbone {
 public:
  Small() {
    conv = register_module("conv", std::make_shared<WeightNormConv2d>(2, 4, 3, 1, 1));
    last = register_module("head", std::make_shared<WeightNormLinear>(4 * 25, 3));
    last->output_std = 0.1;
  }
  Tensor features(const Tensor& x) override { return conv->forward(x).relu().flatten(1); }
  Tensor head(const Tensor& f) override { return last->forward(f); }
  int64_t width() const override { return 100; }
  std::shared_ptr<WeightNormConv2d> conv;
  std::shared_ptr<WeightNormLinear> last;
};

TEST(WeightNorm, InitializationGivesEveryOutputItsMeanAndDeviation) {
  at::manual_seed(1);
  Small net;
  const auto images = at::rand({200, 2, 5, 5}) * 3;
  initialize_from_data(net, images);
  const auto inner = net.conv->forward(images), logits = net.head(net.features(images));
  EXPECT_TRUE(at::allclose(inner.mean(at::IntArrayRef{0, 2, 3}), at::zeros({4}), 0, 1e-5));
  EXPECT_TRUE(at::allclose(inner.transpose(0, 1).flatten(1).std(1, false), at::ones({4}), 1e-4));
  EXPECT_TRUE(at::allclose(logits.mean(0), at::zeros({3}), 0, 1e-5));
  EXPECT_TRUE(at::allclose(logits.std(0, false), at::full({3}, 0.1), 1e-3));
}

TEST(WeightNorm, InitializationLeavesOutputsThatDoNotVaryFinite) {
  Small net;
  initialize_from_data(net, at::zeros({10, 2, 5, 5}));
  for (const auto& p : net.parameters()) EXPECT_TRUE(p.isfinite().all().item<bool>());
}

TEST(WeightNorm, InitializationLeavesOtherNetworksAlone) {
  const auto net = make_backbone("mlp-16", kDigits, {}, 1);
  std::vector<Tensor> before;
  for (const auto& p : net->parameters()) before.push_back(p.clone());
  initialize_from_data(*net, at::rand({20, 1, 8, 8}));
  const auto after = net->parameters();
  for (size_t i = 0; i < after.size(); ++i) EXPECT_TRUE(at::equal(before[i], after[i]));
}

TEST(WeightNormMlp, HasNoiseBeforeEveryLayerButNotAfterItsFeatures) {
  const auto net = make_backbone("mlp-wn-16-8", kDigits, {}, 1);
  const auto x = at::rand({5, 1, 8, 8});
  EXPECT_THROW(net->features(x), c10::Error);  // it draws, outside a step
  detail::NoiseContext context{.key = 1};
  detail::noise_context() = &context;
  const auto f = net->features(x);
  EXPECT_FALSE(at::equal(f, net->features(x)));
  EXPECT_FALSE(at::equal(net->head(f), net->head(f)));
  EXPECT_GE(f.min().item<float>(), 0);  // straight from the ReLU
  const auto quiet = make_backbone("mlp-wn-16-8", kDigits, {.noise = 0}, 1);
  EXPECT_TRUE(at::equal(quiet->features(x), quiet->features(x)));
  detail::noise_context() = nullptr;
}

TEST(WeightNormMlp, TrainsTheScaleOfItsHeadAlone) {
  for (const auto& [name, tensor] :
       make_backbone("mlp-wn-16-8", kDigits, {}, 1)->named_parameters()) {
    if (name.ends_with("weight_g")) {
      EXPECT_EQ(tensor.requires_grad(), name == "head.weight_g") << name;
    }
  }
}

}  // namespace
}  // namespace sslhost
