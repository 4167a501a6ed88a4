// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/format.hpp"

#include <string_view>

#include <gmock/gmock.h>

#include "tests/datasets/images/files.hpp"

namespace sslhost::images {

namespace {

using namespace std::string_view_literals;

Format format_of_text(std::string_view text) { return format_of(text_bytes(text)); }

TEST(Format, IsTheContents) {
  EXPECT_EQ(format_of(file_bytes("jpeg-named.png")), Format::jpeg);
  EXPECT_EQ(format_of(file_bytes("two.mpo")), Format::jpeg);
  EXPECT_EQ(format_of(file_bytes("rgb.png")), Format::png);
  EXPECT_EQ(format_of(file_bytes("lossy.webp")), Format::webp);
  EXPECT_EQ(format_of(file_bytes("plain.gif")), Format::gif);
  EXPECT_EQ(format_of(file_bytes("rgb.bmp")), Format::bmp);
  EXPECT_EQ(format_of(file_bytes("old-header.bmp")), Format::bmp);
}

TEST(Format, OfTheIsoContainerIsByItsBrands) {
  EXPECT_EQ(format_of_text("\0\0\0\x18"
                           "ftypheic\0\0\0\0mif1heic"sv),
            Format::heic);
  EXPECT_EQ(format_of_text("\0\0\0\x18"
                           "ftypmif1\0\0\0\0mif1heix"sv),
            Format::heic);
  EXPECT_EQ(format_of_text("\0\0\0\x18"
                           "ftypavif\0\0\0\0avifmif1"sv),
            Format::avif);
  EXPECT_EQ(format_of_text("\0\0\0\x18"
                           "ftypmif1\0\0\0\0mif1avif"sv),
            Format::avif);
  EXPECT_EQ(format_of_text("\0\0\0\x18"
                           "ftypisom\0\0\0\0isommp42"sv),
            Format::none);
  // What lies behind the box is no brand, nor is the version in it.
  EXPECT_EQ(format_of_text("\0\0\0\x14"
                           "ftypisom\0\0\0\0isomavif"sv),
            Format::none);
  EXPECT_EQ(format_of_text("\0\0\0\x14"
                           "ftypisomavifisom"sv),
            Format::none);
}

TEST(Format, OfTiffIsByEitherByteOrder) {
  for (const auto start : {"II*\0more"sv, "MM\0*more"sv, "II+\0more"sv, "MM\0+more"sv})
    EXPECT_EQ(format_of_text(start), Format::tiff);
}

TEST(Format, OfAnythingElseIsNone) {
  for (const auto text : {""sv, "x"sv, "BMW builds cars, and motorcycles too"sv, "GIF90a"sv,
                          "RIFF\0\0\0\0WAVEfmt "sv, "\x89PNG\n"sv, "II"sv})
    EXPECT_EQ(format_of_text(text), Format::none) << text;
}

}  // namespace

}  // namespace sslhost::images
