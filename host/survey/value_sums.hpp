// SPDX-License-Identifier: Apache-2.0
#pragma once

// Range, mean and standard deviation of each channel, summed up sample by sample.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "host/survey/survey.hpp"

namespace sslhost::host {

/// Of one channel.
struct ValueSums {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  double sum = 0, squares = 0;

  void add(const ValueSums& other) {
    least = std::min(least, other.least);
    most = std::max(most, other.most);
    sum += other.sum;
    squares += other.squares;
  }
};

/// Of `count` values. Sums of a sample's pixels are whole numbers, so that bytes lose no digit.
template <class T>
ValueSums sums_of(const T* values, int64_t count) {
  using Sum = std::conditional_t<std::is_same_v<T, uint8_t>, uint64_t, double>;
  Sum sum = 0, squares = 0;
  T least = values[0], most = values[0];
  for (int64_t i = 0; i < count; ++i) {
    const auto value = static_cast<Sum>(values[i]);
    sum += value;
    squares += value * value;
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  return {.least = static_cast<double>(least),
          .most = static_cast<double>(most),
          .sum = static_cast<double>(sum),
          .squares = static_cast<double>(squares)};
}

/// `count`: values of each channel.
inline ValueRange range_of(const std::vector<ValueSums>& channels, double count) {
  ValueRange range = {.least = std::numeric_limits<double>::infinity(), .most = -range.least};
  for (const auto& c : channels) {
    range.least = std::min(range.least, c.least);
    range.most = std::max(range.most, c.most);
    const double mean = c.sum / count;
    range.mean.push_back(mean);
    range.deviation.push_back(std::sqrt(std::max(0.0, c.squares / count - mean * mean)));
  }
  return range;
}

}  // namespace sslhost::host
