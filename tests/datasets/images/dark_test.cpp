// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/dark.hpp"

#include <gmock/gmock.h>

#include "datasets/images/cache.hpp"
#include "tests/datasets/images/files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Dark, TwelveOf16BitsAreNamedWithWhatToDo) {
  EXPECT_THAT(dark_words({.pictures = 3, .most = 4095}),
              AllOf(HasSubstr("3 images have 16 bits a value but none above 4,095 of 65,535"),
                    HasSubstr("all values times 16,")));
  EXPECT_THAT(dark_words({.pictures = 1, .most = 4000}), HasSubstr("times 16,"));
  EXPECT_THAT(dark_words({.pictures = 1, .most = 255}), HasSubstr("times 256,"));
  EXPECT_THAT(dark_words({.pictures = 1, .most = 0}), HasSubstr("all black"));
}

TEST(Dark, PicturesThatUseTheirRangeAreNot) {
  EXPECT_EQ(dark_words({.pictures = 3, .most = 16384}), "");
  EXPECT_EQ(dark_words({}), "") << "no picture has 16 bits";
}

/// A gray PNG of one pixel.
Buffer one_pixel(uint16_t value) {
  const Buffer row = {0, static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  uint32_t a = 1, b = 0;  // Adler-32
  for (const auto byte : row) {
    a += byte;
    b += a;
  }
  const Buffer packed =
      joined({Buffer{0x78, 1, 1, 3, 0, 0xfc, 0xff}, row, big_endian(b << 16 | a)});
  return joined({first_bytes(file_bytes("rgb.png"), 8),
                 png_chunk("IHDR", joined({big_endian(1), big_endian(1), Buffer{16, 0, 0, 0, 0}})),
                 png_chunk("IDAT", packed), png_chunk("IEND", {})});
}

TEST(Dark, TheCacheKeepsWhatIsNeededToSayIt) {
  const sslhost::testing::TemporaryFolder folder;
  std::vector<Picture> pictures = {picture(data_folder() / "rgb.png", "rgb")};
  for (const int value : {1000, 4095, 17}) {
    const auto bytes = one_pixel(static_cast<uint16_t>(value));
    const auto name = std::to_string(value) + ".png";
    pictures.push_back(picture(folder.write(name, std::string(bytes.begin(), bytes.end())), name));
  }
  for (const std::string when : {"made", "kept"}) {
    const auto p = prepared(pictures, {.side = 8}, folder / "cache", [](int64_t, int64_t) {});
    EXPECT_TRUE(p.bad.empty()) << when;
    EXPECT_EQ(p.depth.pictures, 3) << when;
    EXPECT_EQ(p.depth.most, 4095) << when;
  }
}

}  // namespace
}  // namespace sslhost::images
