// SPDX-License-Identifier: Apache-2.0
#include "host/report/jpeg.hpp"

#include <gtest/gtest.h>

#include "host/report/png.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

/// A slope of colors with noise on it, as photos have.
Raster photo(std::int64_t width, std::int64_t height) {
  Raster raster(width, height, {0, 0, 0});
  unsigned noise = 1;
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) {
        noise = noise * 1664525 + 1013904223;
        raster.at(x, y)[c] = static_cast<std::uint8_t>((x + y * (c + 1)) % 200 + (noise >> 28));
      }
  return raster;
}

TEST(Jpeg, IsAWholeFileOfAFractionOfAPngsBytes) {
  const auto raster = photo(96, 72);
  const auto bytes = encode_jpeg(raster);
  EXPECT_TRUE(bytes.starts_with("\xff\xd8\xff"));
  EXPECT_TRUE(bytes.ends_with("\xff\xd9"));
  EXPECT_LT(3 * bytes.size(), encode_png(raster).size());
  EXPECT_EQ(bytes, encode_jpeg(raster)) << "the same picture, the same bytes";
}

TEST(Jpeg, OnePixelIsAPicture) { EXPECT_FALSE(encode_jpeg(photo(1, 1)).empty()); }

TEST(Jpeg, WhatNoFileCanHoldIsABug) {
  expect_failure(ExitCode::bug, "70000 by 1", [] { encode_jpeg(photo(70000, 1)); });
  expect_failure(ExitCode::bug, "libjpeg", [] { encode_jpeg(photo(0, 0)); });
}

}  // namespace
}  // namespace sslhost::host
