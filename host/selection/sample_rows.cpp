// SPDX-License-Identifier: Apache-2.0
#include "host/selection/sample_rows.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <ATen/Parallel.h>

#include "host/data/standardize.hpp"
#include "host/selection/choose.hpp"
#include "host/selection/principal.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kLargestSide = 32;

/// Cells of a picture: `side` by `side` pixels, fewer at the far edges.
struct Cells {
  int64_t channels, height, width, side;

  int64_t down() const { return (height + side - 1) / side; }
  int64_t across() const { return (width + side - 1) / side; }

  /// Mean of the pixels of a cell of one channel.
  template <class T>
  double mean(const T* channel, int64_t y, int64_t x) const {
    const auto bottom = std::min(height, (y + 1) * side), right = std::min(width, (x + 1) * side);
    double sum = 0;
    for (auto v = y * side; v < bottom; ++v)
      for (auto u = x * side; u < right; ++u) sum += static_cast<double>(channel[v * width + u]);
    return sum / static_cast<double>((bottom - y * side) * (right - x * side));
  }
};

class SampleRows {
 public:
  SampleRows(const Dataset& seen, std::vector<int64_t> ids)
      : ids_(std::move(ids)), unit_length_(seen.unit_rms), data_(pool_storage(seen)) {
    const auto shape = data_.shape();
    cells_ = {shape[0], shape[1], shape[2], 1};
    cells_.side = (std::max(shape[1], shape[2]) + kLargestSide - 1) / kLargestSide;
    if (seen.standardize && !ids_.empty()) moments_ = channel_moments(data_, ids_, 1);
  }

  int64_t count() const { return std::ssize(ids_); }
  int64_t width() const { return cells_.channels * cells_.down() * cells_.across(); }

  void read(std::span<const int64_t> rows, float* to) const {
    if (data_.scalar_type() == at::kByte)
      read_as<uint8_t>(rows, to);
    else
      read_as<float>(rows, to);
  }

 private:
  template <class T>
  void read_as(std::span<const int64_t> rows, float* to) const {
    const SampleStorage::Rows<T> samples(data_);
    for (const auto row : rows) {
      const T* channel = samples[ids_[static_cast<size_t>(row)]];
      float* const begin = to;
      for (int64_t c = 0; c < cells_.channels; ++c, channel += cells_.height * cells_.width)
        for (int64_t y = 0; y < cells_.down(); ++y)
          for (int64_t x = 0; x < cells_.across(); ++x)
            *to++ = standardized(cells_.mean(channel, y, x), static_cast<size_t>(c));
      if (unit_length_) make_unit(begin, to);
    }
  }

  float standardized(double value, size_t channel) const {
    if (moments_.mean.empty()) return static_cast<float>(value);
    return static_cast<float>((value - static_cast<double>(moments_.mean[channel])) /
                              static_cast<double>(moments_.std[channel]));
  }

  static void make_unit(float* begin, const float* end) {
    double square = 0;
    for (const float* v = begin; v != end; ++v)
      square += static_cast<double>(*v) * static_cast<double>(*v);
    if (square == 0) return;
    const double factor = 1 / std::sqrt(square);
    for (float* v = begin; v != end; ++v) *v = static_cast<float>(static_cast<double>(*v) * factor);
  }

  std::vector<int64_t> ids_;
  bool unit_length_;
  SampleStorage data_;
  Cells cells_ = {};
  ChannelMoments moments_;  ///< none: values as they are stored
};

}  // namespace

SampleStorage pool_storage(const Dataset& dataset) {
  const auto &train = dataset.train.data, &unlabeled = dataset.unlabeled.data;
  return dataset.train.size() > 0 ? SampleStorage::on(c10::kCPU, train, unlabeled)
                                  : SampleStorage(unlabeled);
}

RowSource sample_rows(const Dataset& seen, std::vector<int64_t> ids) {
  const auto rows = std::make_shared<const SampleRows>(seen, std::move(ids));
  return {.count = rows->count(),
          .width = rows->width(),
          .read = [rows](std::span<const int64_t> some, float* to) { rows->read(some, to); }};
}

void on_all_threads(int64_t count, const std::function<void(int64_t, int64_t)>& body) {
  constexpr int64_t kShare = 64;  // for fewer another thread is not worth waking
  at::parallel_for(0, count, kShare, body);
}

std::vector<int64_t> medoids_among(const Dataset& seen, const std::vector<int64_t>& ids,
                                   const std::vector<int64_t>& labeled, int64_t count,
                                   uint64_t key) {
  const auto samples = principal_coordinates(sample_rows(seen, ids), on_all_threads);
  auto chosen = choose_medoids(samples, labeled, count, key, on_all_threads);
  for (auto& row : chosen) row = ids[static_cast<size_t>(row)];
  return chosen;
}

}  // namespace sslhost::host
