// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/outliers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/Functions.h>

namespace sslhost::host {

namespace {

constexpr int64_t kNeighbors = 5, kFewest = 50;
constexpr double kFar = 10;

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// By blocks: all cosines of 100,000 samples would be 40 GB.
std::vector<double> distances_of(const Tensor& features) {
  constexpr int64_t kBlock = 1024;
  auto centered = features.to(at::kFloat) - features.to(at::kFloat).mean(0, true);
  centered = centered / centered.norm(2, 1, true).clamp_min(1e-12);
  std::vector<double> distances;
  for (int64_t first = 0; first < centered.size(0); first += kBlock) {
    const auto rows = std::min(kBlock, centered.size(0) - first);
    auto cosines = at::mm(centered.narrow(0, first, rows), centered.t());
    cosines.diagonal(first).fill_(-std::numeric_limits<float>::infinity());
    const auto near = (1 - std::get<0>(cosines.topk(kNeighbors, 1)).mean(1)).to(at::kDouble);
    distances.insert(distances.end(), near.const_data_ptr<double>(),
                     near.const_data_ptr<double>() + rows);
  }
  return distances;
}

}  // namespace

std::vector<Outlier> outliers_of(const Tensor& features) {
  if (features.size(0) < kFewest) return {};
  const auto distances = distances_of(features);
  const double middle = median_of(distances);
  auto away = distances;
  for (auto& distance : away) distance = std::abs(distance - middle);
  const double bound = middle + kFar * median_of(std::move(away));
  std::vector<Outlier> found;
  for (size_t i = 0; i < distances.size(); ++i)
    if (distances[i] > bound) found.push_back({static_cast<int64_t>(i), distances[i]});
  std::ranges::stable_sort(found, std::greater{}, &Outlier::distance);
  return found;
}

}  // namespace sslhost::host
