// SPDX-License-Identifier: Apache-2.0
#include "host/survey/fingerprint.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/host/survey/pictures.hpp"

namespace sslhost::host {
namespace {

uint64_t key_of(const std::vector<uint8_t>& bytes) {
  return host::key_of(std::as_bytes(std::span(bytes)));
}

TEST(Key, DiffersWhereAnyBitOrTheLengthDoes) {
  for (const size_t size : {1, 7, 8, 31, 32, 33, 100}) {
    std::vector<uint8_t> bytes(size, 7);
    std::set<uint64_t> keys = {key_of(bytes)};
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      bytes[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
      keys.insert(key_of(bytes));
      bytes[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
    }
    bytes.push_back(0);
    keys.insert(key_of(bytes));
    EXPECT_EQ(keys.size(), 8 * size + 2) << size;
    bytes.pop_back();
    EXPECT_TRUE(keys.contains(key_of(bytes)));
  }
}

TEST(Key, TellsOrder) {
  EXPECT_NE(key_of({1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}),
            key_of({2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Look, SetsABitWhereTheNextPixelIsBrighter) {
  OwnPicture picture = {1, 72, 72, std::vector<uint8_t>(72 * 72)};
  for (size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] =
        static_cast<uint8_t>(i % 72 + 2 * (71 - i / 72));  // rises right, falls down
  const auto look = look_of(picture.view());
  EXPECT_EQ(look.hash[0], ~uint64_t{0});
  EXPECT_EQ(look.hash[1], 0U);
  EXPECT_FALSE(look.flat);
}

TEST(Look, NearlyOneGrayIsFlat) {
  EXPECT_TRUE(look_of(noisy({3, 64, 64, std::vector<uint8_t>(3 * 64 * 64, 90)}, 1, 9).view()).flat);
  EXPECT_TRUE(look_of(smooth_picture(1, 64, 0.05).view()).flat);
  EXPECT_FALSE(look_of(smooth_picture(1).view()).flat);
}

TEST(Look, StaysAPicturesOwnWithNoiseLessContrastAndAnotherSize) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto look = look_of(smooth_picture(seed).view());
    for (const auto& other : {noisy(smooth_picture(seed), seed, 20), smooth_picture(seed, 64, 0.5),
                              smooth_picture(seed, 96), smooth_picture(seed, 64, 1, 1)}) {
      const auto its = look_of(other.view());
      EXPECT_TRUE(are_alike(look, its))
          << seed << ": " << distance(look, its) << " bits, " << correlation(look, its);
    }
  }
}

TEST(Look, DiffersFromOtherPicturesAndFromItsOwnMirrorImage) {
  std::vector<Look> looks;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    auto picture = smooth_picture(seed);
    looks.push_back(look_of(picture.view()));
    for (size_t row = 0; row < picture.pixels.size(); row += 64)
      std::reverse(picture.pixels.begin() + static_cast<std::ptrdiff_t>(row),
                   picture.pixels.begin() + static_cast<std::ptrdiff_t>(row + 64));
    looks.push_back(look_of(picture.view()));
  }
  for (size_t a = 0; a < looks.size(); ++a)
    for (size_t b = 0; b < a; ++b) EXPECT_FALSE(are_alike(looks[a], looks[b])) << a << " " << b;
}

TEST(Look, BitsAloneDoNotMakePicturesAlike) {
  auto a = look_of(smooth_picture(1).view()), b = look_of(smooth_picture(2).view());
  b.hash = a.hash;
  EXPECT_FALSE(are_alike(a, b)) << correlation(a, b);
}

}  // namespace
}  // namespace sslhost::host
