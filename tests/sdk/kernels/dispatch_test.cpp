// SPDX-License-Identifier: Apache-2.0
// Which kernel serves what; that each computes the right thing is for the other files here.
#include "sdk/src/kernels/dispatch.hpp"

#include <gmock/gmock.h>

#include <ATen/ops/zeros.h>

#include "sslhost/nn/kernels.hpp"

namespace sslhost::kernels {

std::ostream& operator<<(std::ostream& out, const Ours& ours) {
  return out << "linear " << ours.linear << ", convolutions " << ours.convolutions << ", pooling "
             << ours.pooling;
}

namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Ours kAll = {.linear = true, .convolutions = true, .pooling = true};
constexpr Ours kNone = {.linear = false, .convolutions = false, .pooling = false};

TEST(KernelChoice, IsMadeByProcessor) {
  EXPECT_EQ(choose({.avx512 = true, .amd = true}, nullptr, nullptr), kAll);
  EXPECT_EQ(choose({.avx512 = true, .amd = false}, nullptr, nullptr), (Ours{false, true, true}));
  EXPECT_EQ(choose({.avx512 = false, .amd = true}, nullptr, nullptr), (Ours{false, false, true}));
}

TEST(KernelChoice, FollowsTheEnvironmentAsFarAsTheProcessorCan) {
  const Processor amd = {.avx512 = true, .amd = true}, intel = {.avx512 = true, .amd = false},
                  old = {.avx512 = false, .amd = true};
  EXPECT_FALSE(choose(amd, "blas", nullptr).linear);
  EXPECT_TRUE(choose(intel, "avx512", nullptr).linear);
  EXPECT_FALSE(choose(old, "avx512", nullptr).linear);
  EXPECT_FALSE(choose(amd, nullptr, "library").convolutions);
  EXPECT_TRUE(choose(amd, nullptr, "library").linear) << "each for its own layers";
  EXPECT_TRUE(choose(amd, "blas", nullptr).convolutions);
  EXPECT_FALSE(choose(old, nullptr, "winograd").convolutions);
}

TEST(KernelChoice, OfInferenceIsTheWidestThatTheProcessorCan) {
  const Processor wide = {.avx512 = true, .amd = true, .avx2 = true},
                  usual = {.avx512 = false, .amd = false, .avx2 = true},
                  old = {.avx512 = false, .amd = false};
  const auto name = [](const Processor& processor, const char* wanted) {
    return std::string(choose_path(processor, wanted).name);
  };
  EXPECT_EQ(name(wide, nullptr), "avx512");
  EXPECT_EQ(name(usual, nullptr), "avx2");
  EXPECT_EQ(name(old, nullptr), "plain");
  EXPECT_EQ(name(wide, "avx2"), "avx2");
  EXPECT_EQ(name(wide, "plain"), "plain");
  EXPECT_EQ(name(usual, "avx512"), "avx2");
  EXPECT_EQ(name(old, "avx2"), "plain");
}

TEST(KernelChoice, IsOverriddenForAsLongAsAnOverrideLives) {
  const auto before = ours();
  {
    const Override none(kNone);
    EXPECT_EQ(ours(), kNone);
    EXPECT_THAT(kernel_paths(),
                ElementsAre(Pair("linear_layers", "blas"), Pair("convolutions", "library"),
                            Pair("pooling", "library"), Pair("inference", inference_path().name)));
    {
      const Override all(kAll);
      const bool can = this_processor().avx512;
      EXPECT_EQ(ours(), (Ours{can, can, true})) << "what a processor cannot do is not taken";
      EXPECT_THAT(kernel_paths(),
                  ElementsAre(Pair("linear_layers", can ? "avx512" : "blas"),
                              Pair("convolutions", can ? "winograd" : "library"),
                              Pair("pooling", "fused"), Pair("inference", inference_path().name)));
    }
    EXPECT_EQ(ours(), kNone);
  }
  EXPECT_EQ(ours(), before);
}

class Kernels : public ::testing::Test {
 protected:
  static LinearKernel linear(IntArrayRef x, IntArrayRef w, const Tensor& bias = {},
                             at::ScalarType type = at::kFloat) {
    return linear_kernel(at::zeros(x, type), at::zeros(w, type), bias);
  }
  static ConvolutionKernel convolution(IntArrayRef x, IntArrayRef w, int64_t padding,
                                       int64_t stride = 1, at::ScalarType type = at::kFloat) {
    return convolution_kernel(at::zeros(x, type), at::zeros(w, type), {}, stride, padding);
  }
  static PoolingKernel pooling(IntArrayRef x, at::MemoryFormat layout, at::ScalarType type) {
    return pooling_kernel(at::zeros(x, type).contiguous(layout));
  }

  static constexpr auto kLast = at::MemoryFormat::ChannelsLast;
  const Override all_{kAll};
};

TEST_F(Kernels, OfLinearLayersAreOursWhereShapesMatch) {
  if (!ours().linear) GTEST_SKIP() << "this processor has no AVX-512";
  EXPECT_EQ(linear({4, 3}, {5, 3}), LinearKernel::kAvx512);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({5})), LinearKernel::kAvx512);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({1})), LinearKernel::kBlas);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({5}, at::kDouble)), LinearKernel::kBlas);
  EXPECT_EQ(linear({4, 3}, {5, 3}, {}, at::kDouble), LinearKernel::kBlas);
  EXPECT_EQ(linear({4, 2, 3}, {5, 3}), LinearKernel::kBlas);
  EXPECT_EQ(linear({0, 3}, {5, 3}), LinearKernel::kBlas);
  EXPECT_EQ(linear({4, 3}, {5, 2}), LinearKernel::kBlas);
  const Override none(kNone);
  EXPECT_EQ(linear({4, 3}, {5, 3}), LinearKernel::kBlas);
}

TEST_F(Kernels, OfConvolutionsFilterNeitherFewChannelsNorMany) {
  if (!ours().convolutions) GTEST_SKIP() << "this processor has no AVX-512";
  const auto filtered = ConvolutionKernel::kWinograd, library = ConvolutionKernel::kLibrary;
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 3}, 1), filtered);
  EXPECT_EQ(convolution({1, 8, 8, 8}, {4, 8, 4, 4}, 1), filtered);
  EXPECT_EQ(convolution({1, 256, 8, 8}, {256, 256, 3, 3}, 1), filtered);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 3}, 1, 1, at::kDouble), library);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 3}, 1, 2), library);
  EXPECT_EQ(convolution({1, 7, 8, 8}, {16, 7, 3, 3}, 1), library);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {3, 16, 3, 3}, 1), library);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 5, 5}, 1), library);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 4}, 1), library);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 3}, 3), library);
  EXPECT_EQ(convolution({1, 512, 8, 8}, {512, 512, 3, 3}, 1), library);
  EXPECT_EQ(convolution({0, 16, 8, 8}, {16, 16, 3, 3}, 1), library);
  EXPECT_EQ(convolution({1, 16, 2, 8}, {16, 16, 3, 3}, 0), library);
  EXPECT_EQ(convolution({1, 15, 8, 8}, {16, 16, 3, 3}, 1), library);
  const Override none(kNone);
  EXPECT_EQ(convolution({1, 16, 8, 8}, {16, 16, 3, 3}, 1), library);
}

TEST_F(Kernels, OfConvolutionsScatterTheGradientOfFewChannelsOnAnyProcessor) {
  const auto scatter = ConvolutionKernel::kScatter, library = ConvolutionKernel::kLibrary;
  for (const auto& taken : {kAll, kNone}) {
    const Override one(taken);
    EXPECT_EQ(convolution({2, 1, 9, 9}, {32, 1, 4, 4}, 2), scatter);
    EXPECT_EQ(convolution({2, 4, 9, 9}, {32, 4, 5, 5}, 0, 1, at::kDouble), scatter);
    EXPECT_EQ(convolution({2, 5, 9, 9}, {32, 5, 3, 3}, 1), library);
    EXPECT_EQ(convolution({2, 3, 9, 9}, {32, 3, 3, 3}, 1, 2), library);
    EXPECT_EQ(convolution({2, 3, 9, 9}, {32, 3, 3, 2}, 1), library);
    EXPECT_EQ(convolution({3, 9, 9}, {32, 3, 3, 3}, 1), library);
  }
}

TEST_F(Kernels, OfPoolingAreFusedInChannelsLast) {
  const auto fused = PoolingKernel::kFused, library = PoolingKernel::kLibrary;
  EXPECT_EQ(pooling({2, 3, 4, 5}, kLast, at::kFloat), fused);
  EXPECT_EQ(pooling({2, 3, 4, 5}, at::MemoryFormat::Contiguous, at::kFloat), library);
  EXPECT_EQ(pooling({2, 3, 4, 5}, kLast, at::kDouble), library);
  EXPECT_EQ(pooling({2, 3, 1, 5}, kLast, at::kFloat), library);
  EXPECT_EQ(pooling({0, 3, 4, 5}, kLast, at::kFloat), library);
  const Override none(kNone);
  EXPECT_EQ(pooling({2, 3, 4, 5}, kLast, at::kFloat), library);
}

}  // namespace
}  // namespace sslhost::kernels
