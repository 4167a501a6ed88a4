// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/image_ops.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using Image = std::vector<float>;
using Line = std::vector<int>;

Image counting(const ImageShape& shape) {
  Image image(static_cast<size_t>(shape.pixels()));
  for (size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(i + 1);
  return image;
}

Image remapped(const ImageShape& shape, const PixelMap& map) {
  const auto image = counting(shape);
  Image result(image.size());
  remap(image.data(), result.data(), shape, map);
  return result;
}

TEST(Remap, AFlipMirrorsEveryLine) {
  PixelMap map;
  map.flip(3);
  EXPECT_EQ(remapped({2, 2, 3}, map), (Image{3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}));
}

TEST(Remap, AShiftBringsInZerosOrTheMirroredImage) {
  PixelMap map;
  map.shift(1, -1);
  EXPECT_EQ(remapped({1, 3, 3}, map), (Image{0, 4, 5, 0, 7, 8, 0, 0, 0}));
  map.reflect = true;
  EXPECT_EQ(remapped({1, 3, 3}, map), (Image{5, 4, 5, 8, 7, 8, 5, 4, 5}));
  PixelMap all;
  all.shift(-2, 2);
  EXPECT_EQ(remapped({1, 3, 3}, all), (Image{0, 0, 0, 0, 0, 0, 3, 0, 0}));
}

TEST(Remap, FlipsAndShiftsComposeInTheirOrder) {
  for (const bool reflect : {false, true})
    for (int64_t right = -4; right <= 4; ++right) {
      PixelMap flip, shift, both, other;
      flip.flip(5);
      shift.shift(right, 1);
      both.flip(5);
      both.shift(right, 1);
      other.shift(right, 1);
      other.flip(5);
      for (auto* map : {&shift, &both, &other}) map->reflect = reflect;
      const ImageShape shape{1, 3, 5};
      const auto then = [&](const PixelMap& first, const PixelMap& second) {
        const auto between = remapped(shape, first);
        Image result(between.size());
        remap(between.data(), result.data(), shape, second);
        return result;
      };
      EXPECT_EQ(remapped(shape, both), then(flip, shift)) << right;
      EXPECT_EQ(remapped(shape, other), then(shift, flip)) << right;
    }
}

TEST(CutOut, IsASquareCutOffAtTheBorder) {
  Image image(16, 1.0f);
  cut_out(image.data(), {1, 4, 4}, 0, 2, 2, 0.5f);
  EXPECT_EQ(image, (Image{1, 1, 1, 1, .5f, 1, 1, 1, .5f, 1, 1, 1, 1, 1, 1, 1}));
}

/// 20×20 pixels with three channels that Pillow saw too: (3x² + 17y + 40c) mod 151, + 20.
constexpr ImageShape kShape{3, 20, 20};

Image pattern() {
  Image image;
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 20; ++y)
      for (int x = 0; x < 20; ++x)
        image.push_back(static_cast<float>((x * x * 3 + y * 17 + c * 40) % 151 + 20) / 255.0f);
  return image;
}

/// Line 7 of a channel from column `x`, as bytes.
Line line(const Image& image, size_t channel, size_t x) {
  Line bytes;
  for (size_t i = 0; i < 8; ++i)
    bytes.push_back(static_cast<int>(std::lround(image[channel * 400 + 7 * 20 + x + i] * 255.0f)));
  return bytes;
}

/// Pillow rounds between its steps: one off is equal.
void expect_near(const Line& found, const Line& expected, const char* name) {
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1) << name << ", pixel " << i;
}

// From Pillow 13.0.0: autocontrast, equalize, posterize and solarize of ImageOps; enhance() of
// ImageEnhance's Brightness, Color, Contrast, Sharpness. Line 7 of the second channel.
TEST(Recolor, DoesWhatPillowDoes) {
  const struct {
    const char* name;
    RandOp op;
    float strength;
    Line expected;
  } cases[] = {{"identity", RandOp::identity, 0, {28, 31, 40, 55, 76, 103, 136, 24}},
               {"autocontrast", RandOp::autocontrast, 0, {13, 18, 34, 59, 95, 141, 197, 6}},
               {"brightness", RandOp::brightness, 0.3f, {8, 9, 12, 16, 22, 30, 40, 7}},
               {"color", RandOp::color, 0.3f, {54, 57, 66, 81, 71, 98, 118, 50}},
               {"contrast", RandOp::contrast, 0.3f, {74, 75, 77, 82, 88, 96, 106, 73}},
               {"equalize", RandOp::equalize, 0, {26, 31, 53, 91, 153, 220, 255, 14}},
               {"posterize", RandOp::posterize, 4.9f, {16, 16, 32, 48, 64, 96, 128, 16}},
               {"sharpness", RandOp::sharpness, 0.3f, {28, 48, 49, 55, 76, 103, 120, 57}},
               {"solarize", RandOp::solarize, 96.0f / 255, {28, 31, 40, 55, 76, 152, 119, 24}}};
  for (const auto& c : cases) {
    auto image = pattern();
    recolor(image.data(), kShape, c.op, c.strength);
    expect_near(line(image, 1, 0), c.expected, c.name);
  }
}

TEST(Recolor, LeavesFlatImagesFinite) {
  for (int op = 0; op < kRandOps; ++op) {
    Image image(400, 0.25f);
    recolor(image.data(), {1, 20, 20}, static_cast<RandOp>(op), 0.5f);
    for (const float value : image) ASSERT_TRUE(value >= 0 && value <= 1) << "operation " << op;
  }
}

// From Pillow 13.0.0: rotate(30) and transform(AFFINE), both bilinear, of the first channel.
TEST(Resample, MovesPixelsAsPillowDoes) {
  Resampler resampler(kShape);
  const auto image = pattern();
  Image result(image.size());
  resampler(image.data(), result.data(), rotation_map(30.0f));
  expect_near(line(result, 0, 4), {55, 96, 143, 100, 98, 110, 71, 132}, "rotate");
  resampler(image.data(), result.data(), {1, 0.3f, 0, 0, 1, 0});
  expect_near(line(result, 0, 4), {133, 42, 71, 105, 108, 41, 94, 115}, "shear");
}

TEST(Resample, MapsThatNeedNoInterpolationAreExactAndOutsideIsZero) {
  const ImageShape shape{1, 3, 4};
  Resampler resampler(shape);
  const auto image = counting(shape);
  Image result(image.size());
  resampler(image.data(), result.data(), identity_map(1.0f));
  EXPECT_EQ(result, image);
  resampler(image.data(), result.data(), flip_map(-1.0f));
  EXPECT_EQ(result, (Image{4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9}));
  resampler(image.data(), result.data(), {1, 0, 1.25f, 0, 1, -1});
  EXPECT_EQ(result, (Image{0, 0, 0, 0, 2.25f, 3.25f, 4, 0, 6.25f, 7.25f, 8, 0}));
  resampler(image.data(), result.data(), {1, 0, 1.5f, 0, 1, -1});
  EXPECT_EQ(result, (Image{0, 0, 0, 0, 2.5f, 3.5f, 0, 0, 6.5f, 7.5f, 0, 0})) << "just outside";
  resampler(image.data(), result.data(), {1, 0, 1e9f, 0, 1, 0});
  EXPECT_EQ(result, Image(12));
}

TEST(Affine, AppendedMapsActOneAfterTheOther) {
  const auto turn = rotation_map(20.0f);
  const auto crop = crop_map(0.4f, 1.2f, 0.9f, 0.1f, 20.0f, 12.0f);
  const auto both = append(turn, crop);
  const float u = 3.5f, v = -2.0f;
  const float x = crop.a * u + crop.b * v + crop.c, y = crop.d * u + crop.e * v + crop.f;
  EXPECT_NEAR(both.a * u + both.b * v + both.c, turn.a * x + turn.b * y + turn.c, 1e-5);
  EXPECT_NEAR(both.d * u + both.e * v + both.f, turn.d * x + turn.e * y + turn.f, 1e-5);
}

TEST(Affine, ACropHasItsAreaAndRatioAndStaysInside) {
  const float area = 0.3f, ratio = 1.3f, width = 20, height = 12;
  for (const float x : {0.0f, 0.5f, 1.0f}) {
    const auto m = crop_map(area, ratio, x, 1 - x, width, height);
    EXPECT_NEAR(m.a * m.e, area, 1e-6);
    EXPECT_NEAR(m.a / m.e, ratio, 1e-5);
    EXPECT_LE(std::abs(m.c) + m.a * width / 2, width / 2 + 1e-4);
    EXPECT_LE(std::abs(m.f) + m.e * height / 2, height / 2 + 1e-4);
  }
}

TEST(Affine, ACropIsDrawnAmongThoseThatFit) {
  EXPECT_NEAR(crop_ratio(0.0f, 0.08f), 0.75f, 1e-6);
  EXPECT_NEAR(crop_ratio(1.0f, 0.08f), 4.0f / 3, 1e-6);
  for (const float smallest : {0.08f, 0.5f, 0.9f, 1.0f})
    for (const float v : {0.0f, 0.3f, 0.5f, 0.9f, 1.0f})
      for (const float u : {0.0f, 0.5f, 1.0f}) {
        const auto ratio = crop_ratio(v, smallest), area = crop_area(u, smallest, ratio);
        EXPECT_GE(area, smallest - 1e-6f);
        const auto m = crop_map(area, ratio, 0.0f, 1.0f, 32.0f, 32.0f);
        EXPECT_LE(std::max(m.a, m.e), 1 + 1e-6f) << smallest << ", " << v << ", " << u;
      }
}

// Zeros mixed in at the edge would darken every crop that touches it.
TEST(Resample, ACropOfAConstantImageIsConstant) {
  const ImageShape shape{1, 8, 8};
  Resampler resampler(shape);
  const Image image(64, 1.0f);
  Image result(64);
  resampler(image.data(), result.data(), crop_map(0.1f, 1.2f, 0.0f, 1.0f, 8.0f, 8.0f));
  EXPECT_EQ(result, image);
}

}  // namespace
}  // namespace sslhost::host
