// SPDX-License-Identifier: Apache-2.0
// Pixels, against what Pillow 13.0.0 makes of the same files (data/README.md).
#include "datasets/images/decode.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "tests/datasets/images/files.hpp"

namespace sslhost::images {

namespace {

/// Orientations share what is expected of them.
std::string expectation_of(const std::string& name) {
  if (name.ends_with("-big.jpg")) return name.substr(0, name.size() - 8) + ".jpg";
  if (name.starts_with("exif-") && name.ends_with(".webp"))
    return name.substr(0, name.size() - 5) + ".png";
  return name;
}

int largest_difference(const Buffer& a, const Buffer& b) {
  int largest = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

class Picture : public ::testing::TestWithParam<std::string> {
 protected:
  const Buffer file = file_bytes(GetParam());
  const Image expected = expected_image(expectation_of(GetParam()));
};

TEST_P(Picture, HasPillowsPixels) {
  const auto image = decode(file);
  ASSERT_EQ(image.width, expected.width);
  ASSERT_EQ(image.height, expected.height);
  ASSERT_EQ(image.pixels.size(), expected.pixels.size());
  // Pillow brings its own libjpeg-turbo and libwebp, of other versions.
  const bool lossy = file[0] == 0xff || GetParam().starts_with("lossy");
  EXPECT_LE(largest_difference(image.pixels, expected.pixels), lossy ? 1 : 0);
}

TEST_P(Picture, HasTheSizeItsHeaderSays) {
  const auto size = size_of(file);
  EXPECT_EQ(size.width, expected.width);
  EXPECT_EQ(size.height, expected.height);
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Data, Picture, ::testing::ValuesIn(picture_names()), test_name);

TEST(Decode, ReadsWhatTheContentSaysNotTheName) {
  const auto jpeg = decode(file_bytes("rgb-444.jpg"));
  EXPECT_EQ(decode(file_bytes("jpeg-named.png")).pixels, jpeg.pixels);
}

TEST(Decode, BytesBetweenThePartsOfAJpegDoNoHarm) {
  const auto whole = file_bytes("rgb-444.jpg");
  const auto padded =
      joined({first_bytes(whole, whole.size() - 2), Buffer(5), Buffer{0xff, 0xd9}, Buffer(3, 7)});
  EXPECT_EQ(decode(padded).pixels, decode(whole).pixels);
}

TEST(Decode, TheBeginningOfAWebpTellsItsSize) {
  for (const auto* name : {"lossy.webp", "lossless.webp", "animated.webp"}) {
    const auto whole = file_bytes(name);
    const auto half = first_bytes(whole, whole.size() / 2);
    EXPECT_EQ(size_of(half).width, size_of(whole).width) << name;
    EXPECT_EQ(size_of(half).height, size_of(whole).height) << name;
    EXPECT_THROW(decode(half), BadImage) << name;
  }
}

TEST(Decode, TakesTheHighByteOf16Bits) {
  const Buffer header = joined({big_endian(2), big_endian(1), Buffer{16, 0, 0, 0, 0}});
  // One stored block: no filter, 0x12ff, 0x8000. Its sum is Adler's.
  const Buffer packed = {0x78, 1,    1,    5, 0,    0xfa, 0xff, 0,
                         0x12, 0xff, 0x80, 0, 0x04, 0x4a, 0x01, 0x92};
  const Buffer png = joined({first_bytes(file_bytes("rgb.png"), 8), png_chunk("IHDR", header),
                             png_chunk("IDAT", packed), png_chunk("IEND", {})});
  EXPECT_EQ(decode(png).pixels, (Buffer{0x12, 0x12, 0x12, 0x80, 0x80, 0x80}));
  EXPECT_EQ(decode(png).most_of_16_bits, 0x8000);
  EXPECT_EQ(decode(file_bytes("rgb.png")).most_of_16_bits, -1);
  EXPECT_EQ(decode(file_bytes("rgba-16-bit.png")).most_of_16_bits, 65535) << "opacity is no color";
}

TEST(Decode, AnExifOrientationOfOtherTypesAndValuesIsNone) {
  const auto whole = file_bytes("exif-6.jpg");
  const Buffer entry = {0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0};
  const auto at = std::ranges::search(whole, entry).begin() - whole.begin();
  for (const auto& [offset, value] : {std::pair(2, 2), std::pair(8, 0), std::pair(8, 9)}) {
    auto changed = whole;
    changed[static_cast<size_t>(at + offset)] = static_cast<uint8_t>(value);
    EXPECT_EQ(size_of(changed).width, 6) << offset << " " << value;
  }
  auto as_long = whole;
  as_long[static_cast<size_t>(at + 2)] = 4;
  EXPECT_EQ(size_of(as_long).width, 4);
}

TEST(Decode, AGifIsWhiteWhereItsFrameIsNot) {
  auto gif = file_bytes("plain.gif");
  gif[6] = 40;  // a wider screen
  const auto image = decode(gif);
  ASSERT_EQ(image.width, 40);
  EXPECT_EQ(image.pixels[39 * 3], 255);
  EXPECT_NE(image.pixels[0], 255);
}

}  // namespace

}  // namespace sslhost::images
