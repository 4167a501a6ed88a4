// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/training/integers.hpp"

#include "host/survey/judge.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Sizes = std::vector<PixelSize>;

std::vector<Problem> judge(const Sizes& sizes) {
  return judge_sizes(Roster({{.id = PartId::training, .size = sizes.size()}}), sizes);
}

Sizes same(int64_t count, PixelSize size = {640, 480}) {
  return Sizes(static_cast<size_t>(count), size);
}

TEST(JudgeSizes, AnIconAndABannerAmongPhotosAreNamed) {
  auto sizes = same(60);
  sizes[7] = {6000, 40};
  sizes[9] = {16, 16};
  const auto found = judge(sizes);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, "odd-size");
  EXPECT_EQ(found[0].count, 2);
  EXPECT_EQ(found[0].weight, Problem::Weight::warning);
  EXPECT_THAT(found[0].text, HasSubstr("the median is 640x480"));
  EXPECT_THAT(found[0].examples, ElementsAre("training 9 (16x16)", "training 7 (6000x40)"))
      << "the oddest first";
}

TEST(JudgeSizes, OneAmongAFewIsEnough) {
  auto sizes = same(11);
  sizes.push_back({16, 16});
  EXPECT_EQ(judge(sizes).size(), 1u);
  EXPECT_THAT(judge({{640, 480}, {640, 480}, {16, 16}}), IsEmpty()) << "too few to know";
}

TEST(JudgeSizes, HugeOnesAreNamedToo) {
  auto sizes = same(50, {100, 100});
  sizes[3] = {4000, 3000};
  EXPECT_EQ(judge(sizes).size(), 1u);
}

TEST(JudgeSizes, UprightAndLyingPhotosAndThoseOfAnotherCameraAreNotOdd) {
  auto sizes = same(40, {4000, 3000});
  for (size_t i = 0; i < 12; ++i) sizes[i] = {3000, 4000};
  sizes[12] = {1600, 1200};
  sizes[13] = {3000, 3000};
  sizes[14] = {4000, 2250};
  sizes[15] = {6000, 2500};  // a modest panorama
  EXPECT_THAT(judge(sizes), IsEmpty());
}

TEST(JudgeSizes, AGroupOfItsOwnIsNotOdd) {
  auto sizes = same(40, {4000, 3000});
  for (size_t i = 0; i < 10; ++i) sizes[i] = {320, 240};
  EXPECT_THAT(judge(sizes), IsEmpty());
}

TEST(JudgeSizes, SizesThatVaryByNatureHaveNoOddOnes) {
  for (uint64_t seed = 0; seed < 20; ++seed) {  // of the web: sides from 100 to 6,000, any shape
    random::Integers integers(seed);
    Sizes sizes;
    for (int i = 0; i < 500; ++i) {
      const double side = 100 * std::pow(60, integers.unit());
      const double shape = std::pow(2.2, 2 * integers.unit() - 1);
      sizes.push_back({static_cast<int64_t>(side * std::sqrt(shape)),
                       static_cast<int64_t>(side / std::sqrt(shape))});
    }
    EXPECT_THAT(judge(sizes), IsEmpty());
    sizes[100] = {6000, 40};
    EXPECT_EQ(judge(sizes).size(), 1u);
  }
}

TEST(JudgeSizes, UnknownOnesHaveNoSay) {
  auto sizes = same(30);
  for (size_t i = 0; i < 5; ++i) sizes[i] = {};
  EXPECT_THAT(judge(sizes), IsEmpty());
  EXPECT_THAT(judge(Sizes(30)), IsEmpty());
  EXPECT_THAT(judge({}), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
