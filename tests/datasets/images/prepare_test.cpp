// SPDX-License-Identifier: Apache-2.0
// The same pixels by whatever way: alone, among others, and through the cache as for training.
#include "datasets/images/prepare.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "datasets/images/cache.hpp"
#include "tests/datasets/images/bitmap.hpp"
#include "tests/datasets/images/files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {
namespace {

using sslhost::testing::TemporaryFolder;
using Bytes = std::vector<uint8_t>;

const Progress kQuiet = [](int64_t, int64_t) {};

/// All pictures of the tests, good and bad, and two that are none.
std::vector<Picture> all_pictures(const TemporaryFolder& folder) {
  std::vector<Picture> all = {picture(folder / "gone.jpg", "gone")};
  for (const auto& name : picture_names()) all.push_back(picture(data_folder() / name, name));
  all.push_back(picture(folder.write("bad.jpg", "no picture"), "bad"));
  return all;
}

TEST(Prepare, GivesTheSamePixelsByWhateverWay) {
  const TemporaryFolder folder;
  const auto pictures = all_pictures(folder);
  for (const auto fit : {Fit::crop, Fit::pad, Fit::stretch})
    for (const int64_t channels : {1, 3}) {
      const Preparation way = {.side = 13, .fit = fit, .channels = channels};
      const auto in_memory = prepare_in_memory(pictures, way, kQuiet);
      const auto cached = prepared(pictures, way, folder / "cache", kQuiet);
      ASSERT_EQ(in_memory.bad.size(), cached.bad.size());
      const auto good = pictures.size() - in_memory.bad.size();
      ASSERT_GT(good, 10u);
      ASSERT_EQ(in_memory.pixels.size(), good * static_cast<size_t>(way.bytes()));
      EXPECT_TRUE(
          std::equal(in_memory.pixels.begin(), in_memory.pixels.end(), cached.pixels.get()));
      auto at = in_memory.pixels.begin();
      for (const auto& one : pictures) {
        const auto alone = prepare_in_memory({one}, way, kQuiet);
        if (!alone.bad.empty()) continue;
        EXPECT_TRUE(std::ranges::equal(alone.pixels, std::span(at, alone.pixels.size())))
            << one.name;
        at += way.bytes();
      }
    }
}

TEST(Prepare, GrayIsTheLumaThatPillowGives) {
  const auto gray = [](uint8_t r, uint8_t g, uint8_t b) { return gray_of({r, g, b}).at(0); };
  EXPECT_EQ(gray(255, 0, 0), 76);
  EXPECT_EQ(gray(0, 255, 0), 150);
  EXPECT_EQ(gray(0, 0, 255), 29);
  EXPECT_EQ(gray(255, 255, 255), 255);
  for (int v = 0; v < 256; ++v) {
    const auto value = static_cast<uint8_t>(v);
    EXPECT_EQ(gray(value, value, value), value) << "gray stays as it is";
  }
  EXPECT_EQ(gray_of({1, 200, 1, 200, 1, 200}), (Bytes{1, 200})) << "plane by plane";
}

}  // namespace
}  // namespace sslhost::images
