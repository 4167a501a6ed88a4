// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/outliers.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/Functions.h>

#include "host/evaluate/cosine_neighbors.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kNeighbors = 5, kFewest = 50;
constexpr double kFar = 10;

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

std::vector<Outlier> outliers_of(const Tensor& features) {
  if (features.size(0) < kFewest) return {};
  const auto far =
      (1 - cosine_neighbors(features, kNeighbors).cosines.mean(1)).to(at::kDouble).contiguous();
  const auto* first = far.const_data_ptr<double>();
  const std::vector<double> distances(first, first + far.size(0));
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
