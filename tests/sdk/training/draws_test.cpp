// SPDX-License-Identifier: Apache-2.0
// What a card's kernels and a CPU's loops compute for each element.
#include "sdk/src/base/draws.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>
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

/// The largest |found − expected| in units of float32's last place of the larger of 1 and expected.
template <class Found, class Expected>
double worst(Found found, Expected expected) {
  double most = 0;
  for (uint32_t i = 1; i <= 1 << 20; ++i) {
    const double y = expected(i);
    most = std::max(most, std::abs(found(i) - y) / std::max(1.0, std::abs(y)));
  }
  return most * 0x1p23;
}

TEST(Functions, AreThoseOfTheStandardLibraryToTheLastPlaces) {
  const auto of = [](uint32_t i) { return static_cast<float>(i) * 0x1p-20f; };  // (0, 1]
  EXPECT_LT(worst([&](uint32_t i) { return log_of(of(i)); },
                  [&](uint32_t i) { return std::log(double{of(i)}); }),
            1);
  EXPECT_LT(worst([&](uint32_t i) { return exp_of(-80 * of(i)); },
                  [&](uint32_t i) { return std::exp(double{-80 * of(i)}); }),
            1);
  const auto turned = [&](uint32_t i) {
    std::pair<float, float> both;
    sine_and_cosine_of_turn(of(i - 1), &both.first, &both.second);
    return both;
  };
  const auto angle = [&](uint32_t i) { return 2 * std::numbers::pi * of(i - 1); };
  EXPECT_LT(worst([&](uint32_t i) { return turned(i).first; },
                  [&](uint32_t i) { return std::sin(angle(i)); }),
            2);
  EXPECT_LT(worst([&](uint32_t i) { return turned(i).second; },
                  [&](uint32_t i) { return std::cos(angle(i)); }),
            2);
}

TEST(Functions, HoldAtTheEnds) {
  EXPECT_EQ(log_of(1), 0);
  EXPECT_NEAR(log_of(0x1p-24f), -24 * std::numbers::ln2, 2e-6);
  EXPECT_NEAR(log_of(0x1p126f), 126 * std::numbers::ln2, 1e-5);
  EXPECT_EQ(exp_of(0), 1);
  EXPECT_EQ(exp_of(-1000), 0);
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
