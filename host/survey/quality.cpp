// SPDX-License-Identifier: Apache-2.0
#include "host/survey/quality.hpp"

#include <cstddef>

namespace sslhost::host {

namespace {

/// Mean square of the difference of two pixels that lie `step` apart in a row or a column.
double difference_at(const GrayPicture& picture, int64_t step) {
  const auto at = [&](int64_t y, int64_t x) {
    return static_cast<double>(picture.values[static_cast<size_t>(y * picture.width + x)]);
  };
  double sum = 0;
  int64_t pairs = 0;
  const auto add = [&](double difference) {
    sum += difference * difference;
    ++pairs;
  };
  for (int64_t y = 0; y < picture.height; ++y)
    for (int64_t x = 0; x < picture.width; ++x) {
      if (x >= step) add(at(y, x) - at(y, x - step));
      if (y >= step) add(at(y, x) - at(y - step, x));
    }
  return pairs > 0 ? sum / static_cast<double>(pairs) : 0;
}

}  // namespace

Quality quality_of(const GrayPicture& picture) {
  constexpr float kWhite = 250;
  double sum = 0;
  int64_t white = 0;
  for (const float value : picture.values) {
    sum += static_cast<double>(value);
    white += value >= kWhite;
  }
  const auto count = static_cast<double>(picture.values.size());
  const double near = difference_at(picture, 1), far = difference_at(picture, 2);
  return {.brightness = static_cast<float>(sum / count),
          .white = static_cast<float>(static_cast<double>(white) / count),
          .sharpness = far > 0 ? static_cast<float>(near / far) : 0};
}

}  // namespace sslhost::host
