// SPDX-License-Identifier: Apache-2.0
// What CUDA kernels compute for each element, on a CPU.
#include "sdk/src/base/draws.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "sslhost/training/integers.hpp"

namespace sslhost::draws {
namespace {

std::array<uint32_t, 4> drawn(std::array<uint32_t, 4> counter, uint32_t k0, uint32_t k1) {
  const auto w = philox({{counter[0], counter[1], counter[2], counter[3]}}, k0, k1);
  return {w.at[0], w.at[1], w.at[2], w.at[3]};
}

// The known answers that come with the authors' Random123 1.14 (philox 4x32, 10 rounds).
TEST(Philox, GivesTheKnownAnswers) {
  using Four = std::array<uint32_t, 4>;
  EXPECT_EQ(drawn({0, 0, 0, 0}, 0, 0), (Four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(drawn({kOnes, kOnes, kOnes, kOnes}, kOnes, kOnes),
            (Four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(drawn({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Keys, MixTheIterationWhereItIsRead) {
  const int64_t iteration = 41;
  const KeyParts key = {&iteration, 7, {3, 5}, 2};
  EXPECT_EQ(value_of(key), random::mix(random::mix(random::mix(7, 41), 3), 5));
  EXPECT_EQ(value_of({nullptr, 7, {3}, 1}), random::mix(7, 3));
}

struct Moments {
  double mean = 0, variance = 0;
};
template <class Draw>
Moments moments_of(Draw draw) {
  constexpr uint64_t kCount = 100000;
  double sum = 0, squares = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    const double x = draw(i);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kCount;
  return {mean, squares / kCount - mean * mean};
}

TEST(Draws, HaveTheMomentsOfTheirDistributions) {
  const auto uniform = moments_of([](uint64_t i) { return unit(words(1, i).at[2]); });
  EXPECT_NEAR(uniform.mean, 0.5, 0.004);
  EXPECT_NEAR(uniform.variance, 1.0 / 12, 0.001);
  const auto normal = moments_of([](uint64_t i) {
    float a = 0, b = 0;
    normal_pair(words(2, i).at[0], words(2, i).at[1], &a, &b);
    return (i % 2) != 0 ? a : b;
  });
  EXPECT_NEAR(normal.mean, 0, 0.013);
  EXPECT_NEAR(normal.variance, 1, 0.02);
  for (const float shape : {0.3F, 1.0F, 4.5F}) {
    const auto found = moments_of([&](uint64_t i) { return gamma(3, i, 0, shape); });
    EXPECT_NEAR(found.mean, shape, 0.015 * (1 + shape)) << shape;
    EXPECT_NEAR(found.variance, shape, 0.04 * (1 + shape)) << shape;
  }
  // Beta(a, b): mean a/(a+b), variance ab/((a+b)²(a+b+1))
  const auto mixed = moments_of([](uint64_t i) { return beta(4, i, 0.75F, 0.75F); });
  EXPECT_NEAR(mixed.mean, 0.5, 0.005);
  EXPECT_NEAR(mixed.variance, 0.1, 0.002);
}

TEST(Draws, StayInTheirRanges) {
  EXPECT_EQ(unit(0), 0);
  EXPECT_LT(unit(0xffffffff), 1);
  EXPECT_GT(unit_above_zero(0), 0);
  EXPECT_EQ(unit_above_zero(0xffffffff), 1);
  for (uint64_t i = 0; i < 2000; ++i) {
    const float tiny = beta(5, i, 1e-4F, 1e-4F);
    EXPECT_TRUE(tiny >= 0 && tiny <= 1) << i;
  }
}

}  // namespace
}  // namespace sslhost::draws
