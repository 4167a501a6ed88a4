// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/layers.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "sslhost/nn/noise.hpp"
#include "sslhost/training/optimizer.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost {
namespace {

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
