// SPDX-License-Identifier: Apache-2.0
#include "host/data/standardize.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace sslhost::host {

namespace {

/// 2^48 pixels of 255² would be needed to overflow.
template <class T>
using Sum = std::conditional_t<std::is_same_v<T, uint8_t>, uint64_t, double>;

template <class T>
ChannelMoments moments(const SampleStorage& data, const std::vector<int64_t>& rows, double factor) {
  const SampleStorage::Rows<T> samples(data);
  const auto channels = static_cast<size_t>(data.shape()[0]);
  const auto pixels = static_cast<size_t>(samples.values()) / channels;
  std::vector<Sum<T>> sums(channels), squares(channels);
  for (const auto row : rows) {
    const T* value = samples[row];
    for (size_t c = 0; c < channels; ++c)
      for (size_t i = 0; i < pixels; ++i, ++value) {
        const auto v = static_cast<Sum<T>>(*value);
        sums[c] += v;
        squares[c] += v * v;
      }
  }
  const double count = static_cast<double>(rows.size()) * static_cast<double>(pixels);
  ChannelMoments found;
  for (size_t c = 0; c < channels; ++c) {
    const double mean = static_cast<double>(sums[c]) / count;
    const double variance = static_cast<double>(squares[c]) / count - mean * mean;
    const double std = std::sqrt(std::max(variance, 0.0)) * std::abs(factor);
    found.mean.push_back(static_cast<float>(mean * factor));
    // Rounding alone gives a constant channel some variance.
    found.std.push_back(variance > 1e-9 * mean * mean ? static_cast<float>(std) : 1.0F);
  }
  return found;
}

}  // namespace

ChannelMoments channel_moments(const SampleStorage& data, const std::vector<int64_t>& rows,
                               double factor) {
  return data.scalar_type() == at::kByte ? moments<uint8_t>(data, rows, factor)
                                         : moments<float>(data, rows, factor);
}

float root_mean_square(const ChannelMoments& moments) {
  double sum = 0;
  for (size_t c = 0; c < moments.mean.size(); ++c)
    sum += std::pow(moments.mean[c], 2) + std::pow(moments.std[c], 2);
  const auto root = std::sqrt(sum / static_cast<double>(moments.mean.size()));
  return root > 0 ? static_cast<float>(root) : 1.0F;
}

}  // namespace sslhost::host
