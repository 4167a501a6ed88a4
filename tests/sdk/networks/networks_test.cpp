// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/networks.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/noise.hpp"
#include "sslhost/training/gradients.hpp"

#include "tests/support/by_name.hpp"
#include "tests/support/failures.hpp"

namespace sslhost {
namespace {

const Task kMnist = {
    .classes = 10, .channels = 1, .height = 28, .width = 28, .labeled = 100, .unlabeled = 1000};
const Task kDigits = {
    .classes = 10, .channels = 1, .height = 8, .width = 8, .labeled = 50, .unlabeled = 1000};

std::vector<std::string> parameter_names(const Backbone& net) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : net.named_parameters()) names.push_back(name);
  return names;
}

TEST(Models, MlpHasTheLayersOfItsName) {
  const auto net = make_backbone("mlp-1200-1200", kMnist, {}, 1);
  int64_t count = 0;
  for (const auto& p : net->parameters()) count += p.numel();
  EXPECT_EQ(count, 784 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 10 + 10 + 4 * 1200);
  EXPECT_EQ(net->width(), 1200);
  EXPECT_THAT(parameter_names(*net),
              testing::IsSupersetOf({"linear1.weight", "norm2.bias", "head.weight"}));
  net->eval();
  EXPECT_EQ(net->head(net->features(at::zeros({3, 1, 28, 28}))).sizes(),
            (std::vector<int64_t>{3, 10}));
}

TEST(Models, MlpWeightsAreGlorotUniform) {
  const auto net = make_backbone("mlp-1200-1200", kMnist, {}, 1);
  for (const auto& [name, tensor] : net->named_parameters()) {
    if (name != "linear1.weight") continue;
    const double bound = std::sqrt(6.0 / (784 + 1200));
    EXPECT_LE(tensor.abs().max().item<float>(), static_cast<float>(bound));
    EXPECT_NEAR(tensor.std().item<double>(), bound / std::sqrt(3.0), 0.01 * bound);
  }
}

TEST(Models, CnnForwardEqualsAPlainComputation) {
  const auto net = make_backbone("cnn-4x4", kMnist, {}, 1);
  net->eval();
  const auto x = at::rand({2, 1, 28, 28});
  auto p = by_name(net->named_parameters());
  const auto block = [&](const Tensor& in, const std::string& n) {
    const auto h = at::conv2d(in, p["conv" + n + ".weight"], p["conv" + n + ".bias"], 1, 2);
    return at::max_pool2d(at::relu(h / std::sqrt(1 + 1e-5)),
                          {2, 2});  // fresh batch norm: mean 0, variance 1
  };
  auto h = block(block(x, "1"), "2").flatten(1);
  ASSERT_EQ(h.size(1), 7 * 7 * 64);
  h = at::relu(at::linear(h, p["fc.weight"], p["fc.bias"]));
  h = at::linear(h, p["head.weight"], p["head.bias"]);
  EXPECT_TRUE(at::allclose(net->head(net->features(x)), h, 1e-4, 1e-6));
}

TEST(Models, CnnWeightsAreNormalWithDeviationTwoHundredths) {
  auto p = by_name(make_backbone("cnn-4x4", kMnist, {}, 1)->named_parameters());
  EXPECT_NEAR(p["fc.weight"].std().item<double>(), 0.02, 2e-4);
  EXPECT_EQ(p["fc.bias"].abs().max().item<float>(), 0);
}

TEST(Models, WeightsDependOnTheSeedAlone) {
  at::manual_seed(1);
  const auto a = make_backbone("mlp-256-256", kDigits, {}, 5)->parameters();
  at::manual_seed(2);
  const auto b = make_backbone("mlp-256-256", kDigits, {}, 5)->parameters();
  const auto c = make_backbone("mlp-256-256", kDigits, {}, 6)->parameters();
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << i;
  EXPECT_FALSE(at::equal(a[0], c[0]));
}

TEST(Models, ARequestForDropoutIsHonoured) {
  const auto net = make_backbone("mlp-64", kDigits, {.dropout = 0.5}, 5);
  detail::NoiseContext context{.key = 1};
  detail::noise_context() = &context;
  const auto h = net->features(at::rand({32, 1, 8, 8}));
  detail::noise_context() = nullptr;
  EXPECT_GT((h == 0).to(at::kFloat).mean().item<double>(),
            0.6);  // half by ReLU, half of the rest by dropout
}

TEST(Models, Cnn3x3IsValidConvolutionsPoolAndTwoLinearLayers) {
  const auto net = make_backbone("cnn-3x3", kMnist, {}, 1);
  const auto x = at::rand({2, 1, 28, 28});
  auto p = by_name(net->named_parameters());
  auto h = at::relu(at::conv2d(x, p["conv1.weight"], p["conv1.bias"]));
  h = at::max_pool2d(at::relu(at::conv2d(h, p["conv2.weight"], p["conv2.bias"])), {2, 2});
  ASSERT_EQ(h.sizes(), (std::vector<int64_t>{2, 32, 12, 12}));
  h = at::relu(at::linear(h.flatten(1), p["fc.weight"], p["fc.bias"]));
  h = at::linear(h, p["head.weight"], p["head.bias"]);
  EXPECT_TRUE(at::allclose(net->head(net->features(x)), h, 1e-4, 1e-6));
  const double bound = std::sqrt(6.0 / (9 * 32 + 9 * 32));
  EXPECT_NEAR(p["conv2.weight"].abs().max().item<double>(), bound, 0.01 * bound);
}

TEST(Models, ConvolutionsOfFewChannelsCanBeDifferentiatedTwice) {
  const Task task = {.classes = 3, .channels = 2, .height = 7, .width = 8};
  const auto net = make_backbone("cnn-3x3", task, {}, 1);
  net->to(at::kDouble);
  auto p = by_name(net->named_parameters());
  const auto plain = [&](const Tensor& x) {
    const auto h = at::relu(at::conv2d(x, p["conv1.weight"], p["conv1.bias"]));
    const auto pooled = at::max_pool2d(at::conv2d(h, p["conv2.weight"], p["conv2.bias"]), {2, 2});
    return at::relu(at::linear(at::relu(pooled).flatten(1), p["fc.weight"], p["fc.bias"]));
  };
  const auto x = at::rand({3, 2, 7, 8}, at::kDouble).requires_grad_();
  const auto second = [&](const Tensor& y) {
    const auto g = gradients(y.pow(2).sum(), {x}, {.keep_graph = true, .create_graph = true});
    return gradients(g[0].pow(2).sum(), {p["conv1.weight"]})[0];
  };
  const auto ours = second(net->features(x));
  EXPECT_GT(ours.abs().max().item<double>(), 0);
  EXPECT_TRUE(at::allclose(ours, second(plain(x))));
}

TEST(Models, DropoutOfCnn3x3IsChosenByItsName) {
  const auto x = at::rand({2, 1, 28, 28});
  EXPECT_NO_THROW(make_backbone("cnn-3x3", kMnist, {}, 1)->features(x));
  // Noise layers that draw outside a step refuse to.
  EXPECT_THROW(make_backbone("cnn-3x3-dropout", kMnist, {}, 1)->features(x), c10::Error);
  EXPECT_NO_THROW(make_backbone("cnn-3x3-dropout", kMnist, {.dropout = 0}, 1)->features(x));
}

// Their momentum of 0.001 would keep 97 % of the initial 0 and 1 here, and a fifth after 1,500
// steps.
TEST(Models, AWideResNetHasNothingLeftOfItsInitialStatisticsAtAnyLength) {
  const auto net = make_backbone("wrn-10-2", kDigits, {}, 1);
  std::vector<RunningStatistics*> norms;
  for (const auto& part : net->named_modules())
    if (auto* norm = dynamic_cast<RunningStatistics*>(part.module)) norms.push_back(norm);
  ASSERT_FALSE(norms.empty());
  for (auto* norm : norms) norm->record_statistics(true);
  const auto x = at::linspace(-1, 3, 40 * 64).sin().view({40, 1, 8, 8});
  const at::NoGradGuard no_gradient;
  for (int i = 0; i < 30; ++i) net->features(x);
  const auto once = net->features(x);  // by the batch
  net->eval();
  // What is left between the two is the variance's n/(n − 1), largest where planes are 2×2.
  EXPECT_TRUE(at::allclose(net->features(x), once, 2e-2, 2e-2));
}

TEST(Models, PointsInThePlaneFitAnMlpOnly) {
  const Task plane = {.classes = 2, .channels = 2, .height = 1, .width = 1};
  for (const auto* name : {"mlp-16", "mlp-plain-16", "mlp-wn-16", "linear"}) {
    const auto net = make_backbone(name, plane, {.noise = 0}, 1);
    EXPECT_EQ(net->head(net->features(at::rand({3, 2, 1, 1}))).sizes(),
              (std::vector<int64_t>{3, 2}));
  }
  for (const auto& name : model_names()) {
    if (name.starts_with("mlp") || name == "linear") continue;
    expect_failure(ExitCode::usage,
                   testing::AllOf(testing::HasSubstr(name), testing::HasSubstr("1x1"),
                                  testing::HasSubstr("mlp-...")),
                   [&] { make_backbone(name, plane, {}, 1); });
  }
}

TEST(Models, APlainMlpTreatsEachSampleByItself) {
  const auto net = make_backbone("mlp-plain-16-8", kMnist, {}, 1);
  const auto x = at::rand({3, 1, 28, 28});
  EXPECT_TRUE(at::allclose(net->features(x)[0], net->features(x.narrow(0, 0, 1))[0], 1e-4, 1e-6));
  EXPECT_TRUE(net->buffers().empty());
}

TEST(Models, LinearIsOneLayerOnTheFlatSamples) {
  const auto net = make_backbone("linear", kMnist, {}, 1);
  const auto parts = by_name(net->named_parameters());
  ASSERT_EQ(parts.size(), 2U);
  const auto &weight = parts.at("head.weight"), &bias = parts.at("head.bias");
  EXPECT_EQ(weight.sizes(), (std::vector<int64_t>{10, 784}));
  const auto x = at::rand({3, 1, 28, 28});
  EXPECT_TRUE(at::equal(net->features(x), x.flatten(1)));
  EXPECT_TRUE(
      at::allclose(net->head(net->features(x)), x.flatten(1).mm(weight.t()) + bias, 1e-4, 1e-5));
  EXPECT_EQ(net->width(), 784);
}

TEST(Models, UnknownNamesAreRefusedWithTheNearest) {
  expect_failure(ExitCode::usage, "did you mean cnn-4x4",
                 [&] { make_backbone("cnn-4x5", kMnist, {}, 1); });
  EXPECT_THROW(make_backbone("mlp-", kMnist, {}, 1), Error);
  EXPECT_THROW(make_backbone("mlp-wn-", kMnist, {}, 1), Error);
  EXPECT_THROW(make_backbone("mlp-12-0", kMnist, {}, 1), Error);
  EXPECT_THROW(make_backbone("mlp-99999999999", kMnist, {}, 1), Error);
}

}  // namespace
}  // namespace sslhost
