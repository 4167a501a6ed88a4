// SPDX-License-Identifier: Apache-2.0
// Which kernel serves what; that each computes the right thing is for the other files here.
#include "sdk/src/kernels/dispatch.hpp"

#include <gmock/gmock.h>

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "sslhost/nn/kernels.hpp"

#include "tests/sdk/kernels/paths.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::kernels {

std::ostream& operator<<(std::ostream& out, const Ours& ours) {
  out << "linear ";
  PrintTo(ours.linear, &out);
  out << ", convolutions ";
  PrintTo(ours.convolutions, &out);
  return out << ", pooling " << ours.pooling;
}

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const auto *kWide = &vectors::kAvx512, *kHalf = &vectors::kAvx2;
constexpr const vectors::Path* kNoPath = nullptr;
const Ours kAll = {.linear = kWide, .convolutions = kWide, .pooling = true};
const Ours kNone = {.linear = nullptr, .convolutions = nullptr, .pooling = false};

constexpr Processor kEpyc = {.avx512 = true, .amd = true, .avx2 = true},
                    kXeon = {.avx512 = true, .amd = false, .avx2 = true},
                    kRyzen = {.avx512 = false, .amd = true, .avx2 = true},
                    kCore = {.avx512 = false, .amd = false, .avx2 = true},
                    kOld = {.avx512 = false, .amd = true, .avx2 = false};

TEST(KernelChoice, IsMadeByProcessor) {
  EXPECT_EQ(choose(kEpyc, {}), kAll);
  EXPECT_EQ(choose(kXeon, {}), (Ours{kNoPath, kWide, true}));
  EXPECT_EQ(choose(kRyzen, {}), (Ours{kHalf, kHalf, true}));
  EXPECT_EQ(choose(kCore, {}), (Ours{kNoPath, kHalf, true}));
  EXPECT_EQ(choose(kOld, {}), (Ours{kNoPath, kNoPath, true}));
}

TEST(KernelChoice, FollowsTheEnvironmentAsFarAsTheProcessorCan) {
  EXPECT_EQ(choose(kEpyc, {.linear = "blas"}).linear, kNoPath);
  EXPECT_EQ(choose(kEpyc, {.linear = "avx2"}).linear, kHalf);
  EXPECT_EQ(choose(kXeon, {.linear = "avx512"}).linear, kWide);
  EXPECT_EQ(choose(kCore, {.linear = "avx512"}).linear, kHalf) << "the widest that it can";
  EXPECT_EQ(choose(kOld, {.linear = "avx512"}).linear, kNoPath);
  EXPECT_EQ(choose(kEpyc, {.convolution = "library"}), (Ours{kWide, kNoPath, true}))
      << "each for its own layers";
  EXPECT_EQ(choose(kEpyc, {.linear = "blas"}).convolutions, kWide);
  EXPECT_EQ(choose(kOld, {.convolution = "winograd"}).convolutions, kNoPath);
}

TEST(KernelChoice, NarrowsAllVectorsAtOnce) {
  EXPECT_EQ(choose(kEpyc, {.kernels = "avx512"}), kAll);
  EXPECT_EQ(choose(kEpyc, {.kernels = "avx2"}), (Ours{kHalf, kHalf, true}));
  EXPECT_EQ(choose(kXeon, {.kernels = "avx2"}), choose(kCore, {}));
  EXPECT_EQ(choose(kEpyc, {.kernels = "plain"}), choose(kOld, {}));
  EXPECT_EQ(choose(kRyzen, {.kernels = "avx512"}), choose(kRyzen, {}));
  EXPECT_EQ(choose(kXeon, {.kernels = "avx2", .linear = "avx512"}).linear, kHalf);
  EXPECT_EQ(choose(kEpyc, {.kernels = ""}), kAll);
}

TEST(KernelChoice, OfVectorsThatThereAreNotIsRefused) {
  expect_failure(ExitCode::usage, AllOf(HasSubstr("SSLHOST_KERNELS"), HasSubstr("'avx-2'")),
                 [] { choose(kEpyc, {.kernels = "avx-2"}); });
  expect_failure(ExitCode::usage, AllOf(HasSubstr("SSLHOST_LINEAR"), HasSubstr("'avx51'")),
                 [] { choose(kEpyc, {.linear = "avx51"}); });
  expect_failure(ExitCode::usage, AllOf(HasSubstr("SSLHOST_CONVOLUTION"), HasSubstr("'libary'")),
                 [] { choose(kEpyc, {.convolution = "libary"}); });
  expect_failure(ExitCode::usage, AllOf(HasSubstr("SSLHOST_INFERENCE"), HasSubstr("'scalar'")),
                 [] { choose_path(kEpyc, {.inference = "scalar"}); });
}

TEST(KernelChoice, OfInferenceIsTheWidestThatTheProcessorCan) {
  const auto name = [](const Processor& processor, const Wishes& wishes) {
    return std::string(choose_path(processor, wishes).name);
  };
  EXPECT_EQ(name(kEpyc, {}), "avx512");
  EXPECT_EQ(name(kCore, {}), "avx2");
  EXPECT_EQ(name(kOld, {}), "plain");
  EXPECT_EQ(name(kEpyc, {.inference = "avx2"}), "avx2");
  EXPECT_EQ(name(kEpyc, {.inference = "plain"}), "plain");
  EXPECT_EQ(name(kCore, {.inference = "avx512"}), "avx2");
  EXPECT_EQ(name(kOld, {.inference = "avx2"}), "plain");
  EXPECT_EQ(name(kEpyc, {.kernels = "avx2"}), "avx2");
  EXPECT_EQ(name(kEpyc, {.kernels = "plain"}), "plain");
  EXPECT_EQ(name(kEpyc, {.kernels = "avx2", .inference = "avx512"}), "avx2");
}

TEST(KernelChoice, IsOverriddenForAsLongAsAnOverrideLives) {
  const auto before = ours();
  {
    const Override none(kNone);
    EXPECT_EQ(ours(), kNone);
    EXPECT_THAT(kernel_paths(),
                ElementsAre(Pair("linear_layers", "blas"), Pair("convolutions", "library"),
                            Pair("pooling", "library"), Pair("inference", inference_path().name)));
    for (const auto* path : {kWide, kHalf}) {
      const Override all({.linear = path, .convolutions = path, .pooling = true});
      const bool can = vectors::runs_here(*path);
      const auto* filtered = path == kWide ? "winograd" : "winograd-avx2";
      EXPECT_EQ(ours(), (can ? Ours{path, path, true} : Ours{kNoPath, kNoPath, true}))
          << "what a processor cannot do is not taken";
      EXPECT_THAT(kernel_paths(),
                  ElementsAre(Pair("linear_layers", can ? path->name : "blas"),
                              Pair("convolutions", can ? filtered : "library"),
                              Pair("pooling", "fused"), Pair("inference", inference_path().name)));
    }
    EXPECT_EQ(ours(), kNone);
  }
  EXPECT_EQ(ours(), before);
}

class Kernels : public ::testing::Test {
 protected:
  static const vectors::Path* linear(IntArrayRef x, IntArrayRef w, const Tensor& bias = {},
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
  /// The widest that there is.
  static Ours widest() {
    const auto can = paths_of(this_processor());
    const auto* path = can.empty() ? nullptr : can.front();
    return {.linear = path, .convolutions = path, .pooling = true};
  }
  const Override all_{widest()};
};

TEST_F(Kernels, OfLinearLayersAreOursWhereShapesMatch) {
  if (!ours().linear) GTEST_SKIP() << "this processor has no AVX2";
  const auto *mine = ours().linear, *blas = kNoPath;
  EXPECT_EQ(linear({4, 3}, {5, 3}), mine);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({5})), mine);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({1})), blas);
  EXPECT_EQ(linear({4, 3}, {5, 3}, at::zeros({5}, at::kDouble)), blas);
  EXPECT_EQ(linear({4, 3}, {5, 3}, {}, at::kDouble), blas);
  EXPECT_EQ(linear({4, 2, 3}, {5, 3}), blas);
  EXPECT_EQ(linear({0, 3}, {5, 3}), blas);
  EXPECT_EQ(linear({4, 3}, {5, 2}), blas);
  const Override none(kNone);
  EXPECT_EQ(linear({4, 3}, {5, 3}), blas);
}

TEST_F(Kernels, OfConvolutionsFilterNeitherFewChannelsNorMany) {
  if (!ours().convolutions) GTEST_SKIP() << "this processor has no AVX2";
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
  for (const auto& taken : {widest(), kNone}) {
    const Override one(taken);
    EXPECT_EQ(convolution({2, 1, 9, 9}, {32, 1, 4, 4}, 2), scatter);
    EXPECT_EQ(convolution({2, 4, 9, 9}, {32, 4, 5, 5}, 0, 1, at::kDouble), scatter);
    EXPECT_EQ(convolution({2, 5, 9, 9}, {32, 5, 3, 3}, 1), library);
    EXPECT_EQ(convolution({2, 3, 9, 9}, {32, 3, 3, 3}, 1, 2), library);
    EXPECT_EQ(convolution({2, 3, 9, 9}, {32, 3, 3, 2}, 1), library);
    EXPECT_EQ(convolution({3, 9, 9}, {32, 3, 3, 3}, 1), library);
  }
}

TEST_F(Kernels, OfOursReadNothingOfAnotherDevice) {
  const auto there = at::dtype(at::kFloat).device(at::kMeta);
  const auto x = at::ones({64, 64}), image = at::ones({4, 16, 8, 8});
  EXPECT_EQ(linear_kernel(x, at::ones({64, 64}, there), Tensor()), nullptr);
  EXPECT_EQ(linear_kernel(x, at::ones({64, 64}), at::ones({64}, there)), nullptr);
  EXPECT_EQ(linear_kernel(x.to(at::kMeta), at::ones({64, 64}), Tensor()), nullptr);
  EXPECT_EQ(convolution_kernel(image, at::ones({16, 16, 3, 3}, there), Tensor(), 1, 1),
            ConvolutionKernel::kLibrary);
  EXPECT_EQ(convolution_kernel(image, at::ones({32, 3, 3, 3}, there), Tensor(), 1, 1),
            ConvolutionKernel::kLibrary);
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
