// SPDX-License-Identifier: Apache-2.0
#include "host/survey/gray.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

TEST(Gray, ThreeChannelsAreWeightedAsEyesDo) {
  const uint8_t pixels[] = {100, 0, 0, 100, 0, 0};  // red, then green
  const auto gray = to_gray({pixels, 3, 1, 2});
  EXPECT_THAT(gray.values, ElementsAre(FloatNear(29.9F, 0.01F), FloatNear(58.7F, 0.01F)));
}

TEST(Gray, AnyOtherNumberOfChannelsCountsAlike) {
  const uint8_t pixels[] = {10, 20};
  EXPECT_THAT(to_gray({pixels, 2, 1, 1}).values, ElementsAre(FloatNear(15, 0.01F)));
  EXPECT_THAT(to_gray({pixels, 1, 1, 2}).values, ElementsAre(10, 20));
}

TEST(Gray, ACellIsTheMeanOfItsPixels) {
  const GrayPicture picture = {2, 4, {0, 10, 20, 30, 40, 50, 60, 70}};
  EXPECT_THAT(shrunk(picture, 1, 2).values, ElementsAre(25, 45));
}

TEST(Gray, APixelOnTheBorderCountsForBothCells) {
  const GrayPicture picture = {1, 3, {0, 30, 90}};
  EXPECT_THAT(shrunk(picture, 1, 2).values,
              ElementsAre(FloatNear(10, 0.001F), FloatNear(70, 0.001F)));
}

TEST(Gray, ASmallerPictureIsStretched) {
  const GrayPicture picture = {1, 2, {10, 50}};
  EXPECT_THAT(shrunk(picture, 1, 4).values, ElementsAre(10, 10, 50, 50));
}

}  // namespace
}  // namespace sslhost::host
