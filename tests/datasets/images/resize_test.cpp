// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/resize.hpp"

#include <numeric>

#include <gmock/gmock.h>

namespace sslhost::images {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using Bytes = std::vector<uint8_t>;

/// Noise that any language can make: x <- 1664525 x + 1013904223 mod 2^32, its highest byte.
Image noise(int64_t width, int64_t height) {
  Image image = {.width = width, .height = height, .pixels = Bytes(width * height * 3)};
  uint32_t x = 7;
  for (auto& p : image.pixels) p = static_cast<uint8_t>((x = x * 1664525U + 1013904223U) >> 24);
  return image;
}

Image plain(int64_t width, int64_t height, uint8_t value) {
  return {width, height, Bytes(width * height * 3, value)};
}

Box whole(const Image& image) {
  return {0, 0, static_cast<double>(image.width), static_cast<double>(image.height)};
}

uint64_t sum_of(const Image& image) {  // of value times place, so that no two may be exchanged
  uint64_t sum = 0;
  for (size_t i = 0; i < image.pixels.size(); ++i) sum += (i + 1) * image.pixels[i];
  return sum;
}

/// From Pillow 13.0.0: Image.frombytes("RGB", (w, h), noise).resize((W, H), BILINEAR, box).
struct OfPillow {
  int64_t width, height, to_width, to_height;
  Box part;
  uint64_t sum;
  Bytes first;
};
std::ostream& operator<<(std::ostream& out, const OfPillow& p) {
  return out << p.width << "x" << p.height << " to " << p.to_width << "x" << p.to_height;
}

class Resize : public ::testing::TestWithParam<OfPillow> {};

TEST_P(Resize, GivesTheBytesThatPillowGives) {
  const auto& p = GetParam();
  const auto out = resized(noise(p.width, p.height), p.to_width, p.to_height, p.part);
  EXPECT_EQ(out.width, p.to_width);
  EXPECT_EQ(out.height, p.to_height);
  ASSERT_EQ(out.pixels.size(), static_cast<size_t>(p.to_width * p.to_height * 3));
  EXPECT_EQ(Bytes(out.pixels.begin(), out.pixels.begin() + 6), p.first);
  EXPECT_EQ(sum_of(out), p.sum);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Resize,
    ::testing::ValuesIn(std::vector<OfPillow>{
        {200, 200, 64, 64, {0, 0, 200, 200}, 9613821616, {128, 164, 104, 128, 154, 110}},
        {500, 375, 64, 64, {62.5, 0, 437.5, 375}, 9618562570, {115, 116, 134, 125, 115, 125}},
        {7, 3, 3, 7, {0, 0, 7, 3}, 242567, {143, 91, 153, 178, 151, 115}},
        {101, 99, 100, 100, {1.25, 0.5, 100, 98.75}, 57241056599, {146, 56, 174, 176, 121, 116}},
        {40, 30, 224, 224, {5, 0, 35, 30}, 1446293256369, {163, 173, 127, 174, 181, 121}},
        {640, 480, 7, 5, {0, 0, 640, 480}, 710092, {128, 128, 127, 128, 127, 127}}}));

TEST(ResizeImages, OneColorStaysThatColor) {
  for (const uint8_t value : {0, 1, 127, 254, 255})
    for (const int64_t size : {1, 3, 50, 200}) {
      const auto image = plain(70, 31, value);
      EXPECT_THAT(resized(image, size, size, whole(image)).pixels, Each(value));
    }
}

TEST(ResizeImages, TheSameSizeIsTheSamePicture) {
  const auto image = noise(33, 21);
  EXPECT_EQ(resized(image, 33, 21, whole(image)).pixels, image.pixels);
}

// Left half black, right half white; the middle square of a 4 x 2 picture is two columns of each.
TEST(ToPlanes, CropTakesTheMiddlePadAllOfItAndStretchSqueezes) {
  Image image = {.width = 4, .height = 2, .pixels = {}};
  for (int y = 0; y < 2; ++y)
    for (const int value : {10, 20, 30, 40}) image.pixels.insert(image.pixels.end(), 3, value);
  const auto red = [&](Fit fit, int64_t side) {
    const auto planes = to_planes(image, side, fit);
    return Bytes(planes.begin(), planes.begin() + side * side);
  };
  EXPECT_THAT(red(Fit::crop, 2), ElementsAre(20, 30, 20, 30));
  EXPECT_THAT(red(Fit::pad, 4),
              ElementsAre(0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0));
  const auto squeezed = red(Fit::stretch, 2);
  EXPECT_EQ(squeezed[0] + squeezed[1], 50);
  EXPECT_LT(squeezed[0], 20);
}

TEST(ToPlanes, AreRedGreenAndBlueOneAfterAnother) {
  const Image image = {.width = 2, .height = 2, .pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  EXPECT_THAT(to_planes(image, 2, Fit::crop), ElementsAre(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12));
}

TEST(ToPlanes, ALineOfOnePixelIsPaddedAndCropped) {
  EXPECT_EQ(to_planes(plain(1000, 1, 9), 8, Fit::pad).size(), 3 * 64);
  EXPECT_THAT(to_planes(plain(1, 1000, 9), 8, Fit::crop), Each(9));
}

}  // namespace
}  // namespace sslhost::images
