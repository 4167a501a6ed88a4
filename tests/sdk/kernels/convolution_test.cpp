// SPDX-License-Identifier: Apache-2.0
// Convolutions by minimal filtering, at each width of vectors, against LibTorch's in float64:
// values, all gradients, edges.
#include "sslhost/nn/convolution.hpp"

#include <gtest/gtest.h>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/sdk/kernels/paths.hpp"

namespace sslhost {
namespace {

struct Case {
  int64_t images, in, out, height, width, kernel, padding;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.images << "x" << c.in << "x" << c.height << "x" << c.width << " to " << c.out
             << ", kernel " << c.kernel << ", padding " << c.padding;
}

/// Output and the gradients for input, weight and bias, of a weighted sum of the output.
std::vector<Tensor> results(const Case& c, at::ScalarType type, bool ours, bool bias = true) {
  const auto draw = [&](uint64_t seed, IntArrayRef shape) {
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    return at::randn(shape, generator, at::kDouble).to(type).requires_grad_();
  };
  const auto x = draw(1, {c.images, c.in, c.height, c.width}),
             w = draw(2, {c.out, c.in, c.kernel, c.kernel}), b = draw(3, {c.out});
  const auto shift = bias ? b : Tensor();
  const auto y = ours ? convolution(channels_last(x), w, shift, 1, c.padding)
                      : at::conv2d(x, w, shift, 1, c.padding);
  const auto g = draw(4, y.sizes()).detach();
  std::vector<Tensor> inputs = {x, w};
  if (bias) inputs.push_back(b);
  auto all = torch::autograd::grad({y}, inputs, {g});
  all.insert(all.begin(), y.detach());
  return all;
}

/// The largest difference, in units of the largest expected value.
double error(const Tensor& found, const Tensor& expected) {
  return ((found.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>();
}

/// With a path of its own for each test; shapes are looped over by those that need them.
class Winograd : public ::testing::TestWithParam<const vectors::Path*> {
 protected:
  void SetUp() override {
    if (!vectors::runs_here(*GetParam())) GTEST_SKIP() << vectors::why_skipped(*GetParam());
  }

 private:
  kernels::Override override_{{.linear = nullptr, .convolutions = GetParam(), .pooling = false}};
};

INSTANTIATE_TEST_SUITE_P(Paths, Winograd, ::testing::ValuesIn(vectors::kAll),
                         [](const auto& test) { return std::string(test.param->name); });

constexpr Case kCases[] = {{2, 32, 32, 26, 26, 3, 0},  // R4's
                           {2, 32, 64, 14, 14, 4, 2},  // R2's
                           {1, 16, 16, 3, 3, 3, 0},    // one sample out, of a tile of sixteen
                           {1, 16, 16, 1, 1, 3, 1},    // smaller than a tile
                           {3, 16, 48, 5, 9, 3, 2},    // more padding than a kernel's half
                           {1, 48, 16, 7, 4, 4, 3},   {5, 64, 16, 8, 8, 3, 1},
                           {2, 16, 4, 12, 12, 3, 1},  // R5's: few outputs
                           {3, 8, 4, 1, 1, 3, 1},     // few, and no row but padding beside it
                           {1, 37, 4, 5, 11, 3, 0},   // few, of channels that fill no vector
                           {2, 19, 4, 3, 2, 3, 2},    // few, and more padding than pixels
                           {1, 12, 4, 6, 9, 4, 1},    // few, but 4×4
                           {3, 8, 33, 9, 7, 3, 1},    {2, 50, 20, 8, 8, 4, 1},
                           {1, 9, 5, 7, 7, 3, 1},  // tails of one channel and of five
                           {2, 22, 31, 6, 6, 4, 2},   {2, 128, 256, 4, 5, 4, 0}};

TEST_P(Winograd, AgreesWithLibTorchInFloat64) {
  for (const auto& c : kCases) {
    ASSERT_EQ(
        kernels::convolution_kernel(at::zeros({c.images, c.in, c.height, c.width}),
                                    at::zeros({c.out, c.in, c.kernel, c.kernel}), {}, 1, c.padding),
        kernels::ConvolutionKernel::kWinograd)
        << c;
    const auto found = results(c, at::kFloat, true), expected = results(c, at::kDouble, false);
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(found[i].sizes(), expected[i].sizes());
      EXPECT_LT(error(found[i], expected[i]), 3e-5) << c << ", result " << i;
    }
  }
}

TEST_P(Winograd, WithoutBias) {
  const Case c = {2, 16, 32, 9, 8, 3, 1};
  const auto found = results(c, at::kFloat, true, false),
             expected = results(c, at::kDouble, false, false);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_LT(error(found[i], expected[i]), 1e-5) << i;
}

TEST_P(Winograd, ThreadsChangeRoundingAtMost) {
  const Case c = {4, 32, 32, 20, 20, 3, 1};
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = results(c, at::kFloat, true);
  at::set_num_threads(3);
  const auto three = results(c, at::kFloat, true), again = results(c, at::kFloat, true);
  at::set_num_threads(threads);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(three[i].equal(again[i])) << "the same threads, the same bits: " << i;
    EXPECT_LT(error(three[i], one[i].to(at::kDouble)), 1e-5) << i;
  }
  EXPECT_TRUE(one[0].equal(three[0])) << "no sum of the output spans two threads";
  EXPECT_TRUE(one[1].equal(three[1])) << "nor of the input's gradient";
}

TEST_P(Winograd, CanBeDifferentiatedTwice) {
  const auto x = at::randn({1, 16, 6, 6}).requires_grad_(),
             w = at::randn({16, 16, 3, 3}).requires_grad_();
  const auto second = [&](const Tensor& y) {
    const auto g = torch::autograd::grad({y.pow(2).sum()}, {x}, {}, true, /*create_graph=*/true);
    return torch::autograd::grad({g[0].pow(2).sum()}, {w})[0];
  };
  const auto ours = second(convolution(x, w, {}, 1, 1)), plain = second(at::conv2d(x, w, {}, 1, 1));
  EXPECT_LT(error(ours, plain.to(at::kDouble)), 1e-4);
}

TEST(Convolution, KernelsThatAreNotSquareAndSingleImagesAreLeftToLibTorch) {
  for (const auto& [image, kernel] :
       {std::pair<std::vector<int64_t>, std::vector<int64_t>>{{2, 3, 9, 8}, {5, 3, 3, 2}},
        {{2, 16, 9, 8}, {16, 16, 2, 3}},
        {{3, 9, 8}, {5, 3, 3, 3}}}) {
    const auto x = at::randn(image).requires_grad_(), w = at::randn(kernel).requires_grad_();
    const auto y = convolution(x, w, {}, 1, 1), expected = at::conv2d(x, w, {}, 1, 1);
    EXPECT_TRUE(at::allclose(y, expected, 1e-4, 1e-5));
    const auto g = at::randn_like(expected);
    const auto found = torch::autograd::grad({y}, {x, w}, {g}),
               wanted = torch::autograd::grad({expected}, {x, w}, {g});
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_TRUE(at::allclose(found[i], wanted[i], 1e-4, 1e-4)) << i;
  }
}

// Our kernels read as far as the weight says.
TEST(Convolution, ShapesThatDoNotMatchAreAnError) {
  const auto x = at::zeros({1, 16, 8, 8}), w = at::zeros({16, 16, 3, 3});
  EXPECT_ANY_THROW(convolution(at::zeros({1, 32, 8, 8}), w, {}, 1, 1));
  EXPECT_ANY_THROW(convolution(at::zeros({1, 8, 8, 8}), w, {}, 1, 1));
  EXPECT_ANY_THROW(convolution(x, w, at::zeros({15}), 1, 1));
  EXPECT_ANY_THROW(convolution(x, w.to(at::kDouble), {}, 1, 1));
}

}  // namespace
}  // namespace sslhost
