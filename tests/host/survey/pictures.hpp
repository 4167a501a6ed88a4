// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures of smooth noise, as different from each other as photos are.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sslhost/training/integers.hpp"

#include "host/survey/gray.hpp"

namespace sslhost::host {

struct OwnPicture {
  int64_t channels, height, width;
  std::vector<uint8_t> pixels;
  PictureView view() const { return {pixels.data(), channels, height, width}; }
};

/// Between 9 x 9 random grays, `contrast` times as far from the middle one.
inline OwnPicture smooth_picture(uint64_t seed, int64_t side = 64, double contrast = 1,
                                 int64_t channels = 3) {
  random::Integers integers(random::mix(seed, 1));
  double grid[9][9];
  for (auto& row : grid)
    for (auto& value : row) value = 255 * integers.unit();
  OwnPicture picture = {channels, side, side, {}};
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t y = 0; y < side; ++y)
      for (int64_t x = 0; x < side; ++x) {
        const double v = 8.0 * static_cast<double>(y) / static_cast<double>(side);
        const double h = 8.0 * static_cast<double>(x) / static_cast<double>(side);
        const auto i = static_cast<int>(v), j = static_cast<int>(h);
        const double f = v - i, g = h - j;
        const double value = (grid[i][j] * (1 - g) + grid[i][j + 1] * g) * (1 - f) +
                             (grid[i + 1][j] * (1 - g) + grid[i + 1][j + 1] * g) * f;
        picture.pixels.push_back(static_cast<uint8_t>(127.5 + contrast * (value - 127.5)));
      }
  return picture;
}

/// Each pixel up to `most` levels brighter or darker.
inline OwnPicture noisy(OwnPicture picture, uint64_t seed, int64_t most) {
  random::Integers integers(random::mix(seed, 2));
  for (auto& pixel : picture.pixels) {
    const auto change = static_cast<int64_t>(integers.below(static_cast<uint64_t>(2 * most + 1)));
    pixel = static_cast<uint8_t>(std::clamp<int64_t>(pixel + change - most, 0, 255));
  }
  return picture;
}

}  // namespace sslhost::host
