// SPDX-License-Identifier: Apache-2.0
#include "host/selection/nearest.hpp"

#include <algorithm>

#include "host/selection/wide.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kTogether = 32;

/// Of a sample [width] to kTogether centers [width, kTogether]. Differences are squared, rather
/// than products expanded: exact for copies.
SSLHOST_SELECTION_WIDE
void tile_distances(const float* sample, const float* centers, int64_t width,
                    float* __restrict to) {
  float sums[kTogether] = {};
  for (int64_t i = 0; i < width; ++i) {
    const float value = sample[i];
    for (int64_t j = 0; j < kTogether; ++j) {
      const float difference = value - centers[i * kTogether + j];
      sums[j] += difference * difference;
    }
  }
  for (int64_t j = 0; j < kTogether; ++j) to[j] = sums[j];
}

}  // namespace

Centers::Centers(const Matrix& centers) : count_(centers.count), width_(centers.width) {
  values_.resize(static_cast<size_t>(padded() * width_));
  for (int64_t k = 0; k < count_; ++k)
    for (int64_t i = 0; i < width_; ++i)
      values_[static_cast<size_t>((k / kTogether * width_ + i) * kTogether + k % kTogether)] =
          centers.row(k)[i];
}

int64_t Centers::padded() const { return (count_ + kTogether - 1) / kTogether * kTogether; }

void Centers::distances(const float* sample, float* to) const {
  for (int64_t first = 0; first < count_; first += kTogether)
    tile_distances(sample, &values_[static_cast<size_t>(first * width_)], width_, to + first);
}

Nearest nearest(const Matrix& samples, const Centers& centers, const ShareOut& share_out) {
  const auto count = static_cast<size_t>(samples.count);
  Nearest result = {.center = std::vector<int64_t>(count), .distance = std::vector<float>(count)};
  share_out(samples.count, [&](int64_t begin, int64_t end) {
    std::vector<float> all(static_cast<size_t>(centers.padded()));
    for (auto i = begin; i < end; ++i) {
      centers.distances(samples.row(i), all.data());
      const auto least = std::min_element(all.begin(), all.begin() + centers.count());
      result.center[static_cast<size_t>(i)] = least - all.begin();
      result.distance[static_cast<size_t>(i)] = *least;
    }
  });
  return result;
}

}  // namespace sslhost::host
