// SPDX-License-Identifier: Apache-2.0
// Files that are no pictures: a reason in words, and never a crash.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "datasets/images/decode.hpp"
#include "tests/datasets/images/files.hpp"

namespace sslhost::images {

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::string_view_literals;

constexpr auto kTooLarge = "65535 x 65535 pixels, more than 268 million";

/// Nothing for BadImage; anything else that is thrown fails the test.
std::optional<Image> try_decode(const Buffer& file) {
  try {
    return decode(file);
  } catch (const BadImage& bad) {
    EXPECT_STRNE(bad.what(), "");
    return std::nullopt;
  }
}

void expect_image_of_header_or_bad(const Buffer& file) {
  const auto image = try_decode(file);
  if (!image) return;
  const auto size = size_of(file);
  EXPECT_EQ(image->width, size.width);
  EXPECT_EQ(image->height, size.height);
  EXPECT_EQ(image->pixels.size(), static_cast<size_t>(size.width * size.height * 3));
}

TEST(BadImage, SaysWhatAFileIsInstead) {
  EXPECT_EQ(reason({}), "0 bytes");
  EXPECT_EQ(reason({0xff}), "neither JPEG, PNG, WebP, GIF nor BMP by its content");
  EXPECT_EQ(reason(text_bytes("Monday: went to the lake. The photos follow.")),
            "neither JPEG, PNG, WebP, GIF nor BMP by its content");
  EXPECT_EQ(reason(text_bytes("\0\0\0\x18"
                              "ftypheic\0\0\0\0mif1heic"sv)),
            "HEIC cannot be read: convert it to JPEG or PNG");
  EXPECT_EQ(reason(text_bytes("\0\0\0\x18"
                              "ftypavif\0\0\0\0avifmif1"sv)),
            "AVIF cannot be read: convert it to JPEG or PNG");
  EXPECT_EQ(reason(text_bytes("II*\0\x08\0\0\0"sv)),
            "TIFF cannot be read: convert it to JPEG or PNG");
}

TEST(BadImage, APngThatPromisesTooManyPixelsIsRefusedByItsHeader) {
  const Buffer header = joined({big_endian(65535), big_endian(65535), Buffer{8, 2, 0, 0, 0}});
  const Buffer png = joined({first_bytes(file_bytes("rgb.png"), 8), png_chunk("IHDR", header),
                             png_chunk("IDAT", Buffer(9))});
  EXPECT_EQ(reason(png), kTooLarge);
  EXPECT_THROW(size_of(png), BadImage);
}

/// Where the height of a JPEG begins; the width follows.
size_t height_place(const Buffer& jpeg) {
  const Buffer start = {0xff, 0xc0, 0, 17, 8};
  return static_cast<size_t>(std::ranges::search(jpeg, start).begin() - jpeg.begin()) +
         start.size();
}

TEST(BadImage, AJpegThatPromisesTooManyPixelsIsRefusedByItsHeader) {
  auto jpeg = file_bytes("rgb-444.jpg");
  std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(height_place(jpeg)), 4, 0xff);
  EXPECT_EQ(reason(jpeg), kTooLarge);
}

TEST(BadImage, AGifABmpAndAWebpThatPromiseTooManyPixelsAreRefused) {
  auto gif = file_bytes("plain.gif");
  std::fill_n(gif.begin() + 6, 4, 0xff);
  EXPECT_EQ(reason(gif), kTooLarge);
  auto bmp = file_bytes("rgb.bmp");
  std::ranges::copy(Buffer{0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0}, bmp.begin() + 18);
  EXPECT_EQ(reason(bmp), kTooLarge);
  auto webp = file_bytes("animated.webp");
  std::ranges::copy(Buffer{0xfe, 0xff, 0, 0xfe, 0xff, 0}, webp.begin() + 24);
  EXPECT_EQ(reason(webp), kTooLarge);
}

TEST(BadImage, AFileCutAnywhereIsAnImageOrBad) {
  for (const auto& name : picture_names()) {
    SCOPED_TRACE(name);
    const auto whole = file_bytes(name);
    for (size_t size = 0; size < whole.size(); ++size)
      expect_image_of_header_or_bad(first_bytes(whole, size));
  }
}

TEST(BadImage, AFileWithOneWrongByteIsAnImageOrBad) {
  for (const auto& name : picture_names()) {
    SCOPED_TRACE(name);
    auto bytes = file_bytes(name);
    for (size_t i = 0; i < bytes.size(); ++i)
      for (const int flip : {0xff, 1 << i % 8}) {
        const uint8_t right = bytes[i];
        bytes[i] = static_cast<uint8_t>(right ^ flip);
        expect_image_of_header_or_bad(bytes);
        bytes[i] = right;
      }
  }
}

TEST(BadImage, ACutJpegPngWebpOrBmpIsBad) {
  for (const auto* name :
       {"rgb-420.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "restarts.jpg", "rgb.png",
        "rgb-interlaced.png", "lossless.webp", "lossy.webp", "animated.webp"}) {
    SCOPED_TRACE(name);
    const auto whole = file_bytes(name);
    for (size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(try_decode(first_bytes(whole, size))) << size;
  }
}

TEST(BadImage, ACutFileSaysSo) {
  for (const auto* name :
       {"rgb-420.jpg", "progressive.jpg", "rgb.png", "lossy.webp", "plain.gif", "rgb.bmp"}) {
    const auto whole = file_bytes(name);
    EXPECT_THAT(reason(first_bytes(whole, whole.size() * 3 / 4)), StartsWith("cut: ")) << name;
  }
  const auto bmp = file_bytes("rgb.bmp");  // 10 rows of 40 bytes, the last one's padding not missed
  EXPECT_EQ(reason(first_bytes(bmp, 54)), "cut: 399 bytes of pixels are missing");
}

TEST(BadImage, APngWithAWrongSumIsBad) {
  for (const auto* name : {"rgb.png", "exif-6.png"}) {
    auto png = file_bytes(name);
    for (const std::string_view type : {"IHDR", "eXIf", "IDAT", "IEND"}) {
      const auto at = std::ranges::search(png, text_bytes(type)).begin();
      if (at == png.end()) continue;
      const auto sum = at + 4 + *(at - 1) + *(at - 2) * 256;
      *sum ^= 1;
      EXPECT_THAT(reason(png), HasSubstr("damaged PNG: " + std::string(type) + ": CRC")) << name;
      *sum ^= 1;
    }
  }
}

TEST(BadImage, AJpegOfTooManyScansIsBad) {
  const auto jpeg = file_bytes("progressive.jpg");
  const Buffer scan = {0xff, 0xda};
  const auto first = std::ranges::search(jpeg, scan).begin();
  const auto second = std::search(first + 2, jpeg.end(), scan.begin(), scan.end());
  // A first scan may be sent again, which changes nothing but the time it takes.
  Buffer many(jpeg.begin(), first);
  for (int i = 0; i < 250; ++i) many.insert(many.end(), first, second);
  many.insert(many.end(), second, jpeg.end());
  EXPECT_THAT(reason(many), HasSubstr("more than 200 scans"));
}

TEST(BadImage, AGifWithoutAPaletteOrAFrameIsBad) {
  auto gif = file_bytes("plain.gif");
  const size_t palette = size_t{3} << ((gif[10] & 7) + 1);
  gif[10] &= 0x7f;
  gif.erase(gif.begin() + 13, gif.begin() + 13 + static_cast<std::ptrdiff_t>(palette));
  EXPECT_EQ(reason(gif), "GIF without a palette");
  EXPECT_EQ(reason(text_bytes("GIF89a\x01\0\x01\0\0\0\0;"sv)), "GIF without a frame");
}

TEST(BadImage, ABmpThatCannotBeReadSaysWhy) {
  const auto bmp = file_bytes("rgb.bmp");
  const auto with = [&](size_t place, uint8_t value) {
    auto changed = bmp;
    changed[place] = value;
    return reason(changed);
  };
  EXPECT_EQ(with(30, 1), "BMP with RLE compression cannot be read: save it without, or as PNG");
  EXPECT_EQ(with(30, 2), with(30, 1));
  EXPECT_EQ(with(30, 4), "BMP with compression 4 cannot be read: save it without, or as PNG");
  EXPECT_EQ(with(28, 5), "damaged BMP: 5 bits a pixel");
  EXPECT_EQ(with(14, 41), "damaged BMP: a header of 41 bytes");
  EXPECT_EQ(with(10, 53), "damaged BMP: pixels inside the header");
  EXPECT_EQ(with(18, 0), "0 x 10 pixels");
  auto masks = file_bytes("565.bmp");
  masks[54] = 1;
  EXPECT_EQ(reason(masks), "damaged BMP: a mask with gaps");
}

}  // namespace

}  // namespace sslhost::images
