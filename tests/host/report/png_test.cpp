// SPDX-License-Identifier: Apache-2.0
#include "host/report/png.hpp"

#include <string>
#include <vector>

#include <png.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/report/image_grid.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;

struct Decoded {
  bool color = false;
  std::vector<unsigned char> pixels;  // red, green, blue
};

Decoded decode(const std::string& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  Decoded decoded{(image.format & PNG_FORMAT_FLAG_COLOR) != 0, {}};
  image.format = PNG_FORMAT_RGB;
  decoded.pixels.resize(PNG_IMAGE_SIZE(image));
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, decoded.pixels.data(), 0, nullptr));
  return decoded;
}

Raster two_pixels(Color left, Color right) {
  Raster raster(2, 1, left);
  std::copy(right.begin(), right.end(), raster.at(1, 0));
  return raster;
}

std::vector<int> pixel(const Raster& raster, std::int64_t x, std::int64_t y) {
  const auto* p = raster.at(x, y);
  return {p[0], p[1], p[2]};
}

/// Images of one channel, each of one value.
Images flat_images(const std::vector<std::uint8_t>& values, std::int64_t side) {
  Images images{static_cast<std::int64_t>(values.size()), 1, side, side, {}};
  for (const auto value : values)
    images.pixels.insert(images.pixels.end(), static_cast<std::size_t>(side * side), value);
  return images;
}

TEST(Png, PixelsComeBackAsTheyWere) {
  const auto color = decode(encode_png(two_pixels({250, 0, 3}, {1, 128, 255})));
  EXPECT_TRUE(color.color);
  EXPECT_THAT(color.pixels, ElementsAre(250, 0, 3, 1, 128, 255));
  const auto gray = decode(encode_png(two_pixels({7, 7, 7}, {200, 200, 200})));
  EXPECT_FALSE(gray.color) << "a third of the bytes";
  EXPECT_THAT(gray.pixels, ElementsAre(7, 7, 7, 200, 200, 200));
}

TEST(Png, OnePictureHasOneFile) {
  const auto bytes = encode_png(two_pixels({1, 2, 3}, {4, 5, 6}));
  EXPECT_EQ(bytes, encode_png(two_pixels({1, 2, 3}, {4, 5, 6})));
  EXPECT_EQ(bytes.find("tIME"), std::string::npos);
  EXPECT_NE(bytes.find("sRGB"), std::string::npos);
}

TEST(ImageGrid, SmallImagesAreEnlargedByAWholeNumber) {
  Images images{1, 1, 1, 2, {10, 200}};
  const auto raster = draw_image_grid({images, grid_rows(1, 8), {}});
  EXPECT_EQ(raster.width, 8 + 64 + 8) << "margins, and two pixels 32 times as wide";
  EXPECT_EQ(raster.height, 8 + 32 + 8);
  EXPECT_THAT(pixel(raster, 8 + 31, 8 + 31), ElementsAre(10, 10, 10));
  EXPECT_THAT(pixel(raster, 8 + 32, 8), ElementsAre(200, 200, 200));
}

TEST(ImageGrid, LargeImagesAreReducedToMeans) {
  Images images{1, 1, 200, 200, {}};
  for (int i = 0; i < 200 * 200; ++i)
    images.pixels.push_back(i % 2 ? 200 : 100);  // columns of 100 and 200
  const auto raster = draw_image_grid({images, grid_rows(1, 1), {}});
  EXPECT_EQ(raster.width, 8 + 100 + 8);
  EXPECT_THAT(pixel(raster, 50, 50), ElementsAre(150, 150, 150));
}

TEST(ImageGrid, RowsHoldTheImagesTheyName) {
  const auto raster =
      draw_image_grid({flat_images({10, 20, 30}, 64), {{"", {2, 0}}, {"", {1}}}, {}});
  EXPECT_THAT(pixel(raster, 8, 8), ElementsAre(30, 30, 30));
  EXPECT_THAT(pixel(raster, 8 + 68, 8), ElementsAre(10, 10, 10));
  EXPECT_THAT(pixel(raster, 8, 8 + 68), ElementsAre(20, 20, 20));
  EXPECT_THAT(pixel(raster, 8 + 68, 8 + 68), ElementsAre(255, 255, 255)) << "nothing there";
}

TEST(ImageGrid, ThreeChannelsAreColorsAndOthersTheirMean) {
  const auto color = draw_image_grid({{1, 3, 1, 1, {9, 99, 199}}, grid_rows(1, 1), {}});
  EXPECT_THAT(pixel(color, 8, 8), ElementsAre(9, 99, 199));
  const auto mean = draw_image_grid({{1, 2, 1, 1, {100, 200}}, grid_rows(1, 1), {}});
  EXPECT_THAT(pixel(mean, 8, 8), ElementsAre(150, 150, 150));
}

TEST(ImageGrid, LabelsAndCaptionsHaveTheirRoom) {
  const auto images = flat_images({0, 0}, 64);
  const auto bare = draw_image_grid({images, {{"", {0, 1}}}, {}});
  const auto labeled = draw_image_grid({images, {{"cat", {0, 1}}}, {}});
  EXPECT_EQ(labeled.width, bare.width + text_width("cat") + 8);
  EXPECT_THAT(pixel(labeled, bare.width - 9 + text_width("cat") + 8, 8), ElementsAre(0, 0, 0));
  const auto captioned =
      draw_image_grid({images, {{"", {0, 1}}}, {"1", "twelve letters\nand a line"}});
  EXPECT_GE(captioned.width, 8 + 2 * text_width("twelve letters") + 8);
  EXPECT_GE(captioned.height, bare.height + 2 * kTextHeight);
}

TEST(ImageGrid, WhatDoesNotFitTogetherIsABug) {
  EXPECT_THROW(draw_image_grid({flat_images({1}, 4), {{"", {1}}}, {}}), Error);
  EXPECT_THROW(draw_image_grid({{2, 1, 1, 1, {0}}, grid_rows(1, 1), {}}), Error);
  EXPECT_THROW(draw_image_grid({flat_images({1}, 4), grid_rows(1, 1), {"a", "b"}}), Error);
}

TEST(Text, LettersAreDrawnWhereTheyShould) {
  Raster raster(14, 16, {255, 255, 255});
  draw_text(raster, 1, 1, "L", {0, 0, 0});
  EXPECT_THAT(pixel(raster, 1, 1), ElementsAre(0, 0, 0)) << "its stem, from the top";
  EXPECT_THAT(pixel(raster, 10, 14), ElementsAre(0, 0, 0)) << "its foot, to the right";
  EXPECT_THAT(pixel(raster, 10, 1), ElementsAre(255, 255, 255));
  draw_text(raster, 10, 10, "MM", {0, 0, 0});  // beyond the picture: cut off
}

TEST(Text, NamesInAnyScriptAreAsWideAsTheirCharacters) {
  EXPECT_EQ(text_width("Käse"), text_width("Kase"));
  EXPECT_EQ(text_width(""), 0);
  EXPECT_TRUE(can_draw("Dog 7_b"));
  for (const char* other : {"猫", "ä", "a>b", "\x01"}) EXPECT_FALSE(can_draw(other)) << other;
}

}  // namespace
}  // namespace sslhost::host
