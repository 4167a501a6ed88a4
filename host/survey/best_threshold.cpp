// SPDX-License-Identifier: Apache-2.0
#include "host/survey/best_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace sslhost::host {

Threshold best_threshold(std::span<const double> ones, std::span<const double> others) {
  std::vector<std::pair<double, bool>> all;  // value, whether it is one of the others
  for (const double value : ones) all.emplace_back(value, false);
  for (const double value : others) all.emplace_back(value, true);
  std::ranges::sort(all);
  const auto count = static_cast<double>(ones.size()), rest = static_cast<double>(others.size());
  double ones_below = 0, others_below = 0;
  Threshold best;
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    ++(all[i].second ? others_below : ones_below);
    if (all[i].first == all[i + 1].first) continue;
    const double difference = ones_below / count - others_below / rest;
    const double accuracy = 0.5 + std::abs(difference) / 2;
    if (accuracy > best.accuracy)
      best = {.at = (all[i].first + all[i + 1].first) / 2,
              .below = difference > 0,
              .accuracy = accuracy};
  }
  return best;
}

double chance_of(double accuracy, int64_t ones, int64_t others) {
  const double statistic = 2 * accuracy - 1;
  const auto n = static_cast<double>(ones), m = static_cast<double>(others);
  return std::min(1.0, 2 * std::exp(-2 * statistic * statistic * n * m / (n + m)));
}

}  // namespace sslhost::host
