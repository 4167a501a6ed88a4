// SPDX-License-Identifier: Apache-2.0
// Batch norm with a leaky ReLU in one pass, against the two of LibTorch in float64.
#include "sdk/src/base/norms.hpp"

#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost {
namespace {

constexpr double kEpsilon = 1e-5;

Tensor normal(IntArrayRef shape, uint64_t key) { return random::normal(shape, key, at::kCPU); }

double largest(const Tensor& x) { return x.abs().max().item<double>(); }

struct Case {
  std::vector<int64_t> shape;
  double slope, mean;
  friend void PrintTo(const Case& c, std::ostream* out) {
    *out << IntArrayRef(c.shape) << " slope " << c.slope << " mean " << c.mean;
  }
};

/// One piece and several; fewer channels than a vector has numbers, and more than a block takes.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (const double slope : {0.0, 0.1, 1.0})
    for (const auto& shape : {std::vector<int64_t>{2, 1},
                              {7, 3},
                              {250, 130},
                              {512, 64},
                              {513, 5},
                              {1300, 70},
                              {4, 3, 5, 6},
                              {3, 65, 1, 1},
                              {2, 1, 3, 3},
                              {9, 8, 12, 11}})
      all.push_back({shape, slope, 0.5});
  all.push_back({{600, 20}, 0, 1000});  // a difference of squares would have lost all digits
  return all;
}

/// Inputs x, weight, bias; float32 and the same in float64.
struct Inputs {
  explicit Inputs(const Case& c) {
    const auto channels = c.shape[1];
    auto x = normal(c.shape, 1) + c.mean;
    if (x.dim() == 4) x = x.contiguous(at::MemoryFormat::ChannelsLast);
    for (const auto& t : {x, normal({channels}, 2) + 1, normal({channels}, 3)}) {
      floats.push_back(t.clone().requires_grad_());
      doubles.push_back(t.to(at::kDouble).requires_grad_());
    }
  }
  std::shared_ptr<BatchNorm> norm(const BatchNormOptions& options = {}) const {
    const auto norm = std::make_shared<BatchNorm>(floats[1].size(0), options);
    norm->weight = floats[1];
    norm->bias = floats[2];
    return norm;
  }
  Tensor expected(double slope) const {
    return at::leaky_relu(
        at::batch_norm(doubles[0], doubles[1], doubles[2], {}, {}, true, 0, kEpsilon, false),
        slope);
  }
  std::vector<Tensor> floats, doubles;
};

class OnePass : public ::testing::TestWithParam<Case> {};

TEST_P(OnePass, HasTheValuesAndGradientsOfLibTorchsTwo) {
  const auto& c = GetParam();
  const Inputs in(c);
  const auto norm = in.norm();
  const auto y = norm->forward_relu(in.floats[0], c.slope), expected = in.expected(c.slope);
  // x itself has its digits around the mean.
  const double relative = 1e-6 * (1 + c.mean * 0.2);
  EXPECT_LT(largest(y - expected), relative * (4 + largest(expected)));
  EXPECT_EQ(y.suggest_memory_format(), in.floats[0].suggest_memory_format());
  // Whatever the layout that the gradient comes in.
  const auto weights = normal(c.shape, 4);
  const auto found = torch::autograd::grad({(y * weights).sum()}, in.floats),
             wanted = torch::autograd::grad({(expected * weights).sum()}, in.doubles);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_LT(largest(found[i] - wanted[i]), 2 * relative * (10 + largest(wanted[i]))) << i;
}

TEST_P(OnePass, MayBeDifferentiatedTwice) {
  const auto& c = GetParam();
  const Inputs in(c);
  const auto norm = in.norm();
  const auto penalty = [](const Tensor& loss, const std::vector<Tensor>& inputs) {
    const auto first = torch::autograd::grad({loss}, {inputs[0]}, {}, true, true)[0];
    return torch::autograd::grad({first.square().sum()}, {inputs[0], inputs[1]});
  };
  const auto found = penalty(norm->forward_relu(in.floats[0], c.slope).pow(3).mean(), in.floats);
  const auto wanted = penalty(in.expected(c.slope).pow(3).mean(), in.doubles);
  for (size_t i = 0; i < 2; ++i)
    EXPECT_LT(largest(found[i] - wanted[i]), 1e-4 * (1e-3 + largest(wanted[i]))) << i;
}

TEST_P(OnePass, RecordsAsLibTorchDoes) {
  const auto& c = GetParam();
  for (const bool first : {false, true}) {
    const Inputs in(c);
    const auto norm = in.norm({.momentum = 0.3, .mean_at_first = first});
    norm->record_statistics(true);
    auto mean = at::zeros({c.shape[1]}, at::kDouble), var = at::ones_like(mean);
    for (int i = 0; i < 2; ++i) {
      const auto x = in.doubles[0].detach() * (i + 1);
      norm->forward_relu(in.floats[0].detach() * (i + 1));
      at::batch_norm(x, {}, {}, mean, var, true, first ? 1.0 / (i + 1) : 0.3, kEpsilon, false);
    }
    EXPECT_TRUE(at::allclose(norm->running_mean.to(at::kDouble), mean, 1e-5, 1e-6));
    EXPECT_TRUE(at::allclose(norm->running_var.to(at::kDouble), var, 1e-4, 1e-6));
    EXPECT_EQ(norm->num_batches_tracked.item<int64_t>(), 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, OnePass, ::testing::ValuesIn(cases()));

TEST(OnePassNorm, HasTheSameBitsWithAnyNumberOfThreads) {
  const auto threads = at::get_num_threads();
  for (const auto& shape : {std::vector<int64_t>{250, 1200}, {700, 300}, {32, 64, 9, 9}}) {
    const Inputs in({shape, 0.1, 2});
    const auto norm = in.norm();
    const auto all = [&](int n) {
      at::set_num_threads(n);
      const auto y = norm->forward_relu(in.floats[0], 0.1);
      auto found = torch::autograd::grad({y.square().sum()}, in.floats);
      found.push_back(y);
      return found;
    };
    const auto one = all(1), three = all(3);
    for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(at::equal(one[i], three[i])) << i;
  }
  at::set_num_threads(threads);
}

TEST(OnePassNorm, KeepsWhatIsNoNumber) {
  auto x = at::ones({6, 2});
  x[3][1] = std::nanf("");
  const auto y = BatchNorm(2).forward_relu(x);
  EXPECT_TRUE(y.select(1, 1).isnan().all().item<bool>());
  EXPECT_FALSE(y.select(1, 0).isnan().any().item<bool>());
}

/// Of pieces of a batch.
TEST(Moments, AreThoseOfBothTogether) {
  const norms::Moments none = {}, a = {3, 2, 8}, b = {1, 6, 0};
  EXPECT_EQ(norms::merged(none, a).squares, 8);
  EXPECT_EQ(norms::merged(a, none).mean, 2);
  // 0, 2, 4 and 6: mean 3, squares 9 + 1 + 1 + 9.
  const auto both = norms::merged(a, b);
  EXPECT_EQ(both.count, 4);
  EXPECT_EQ(both.mean, 3);
  EXPECT_EQ(both.squares, 20);
}

}  // namespace
}  // namespace sslhost
