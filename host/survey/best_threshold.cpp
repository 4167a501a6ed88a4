// SPDX-License-Identifier: Apache-2.0
#include "host/survey/best_threshold.hpp"

#include <algorithm>
#include <cmath>

namespace sslhost::host {

Threshold best_threshold(std::span<const double> ones, std::span<const double> all) {
  const auto count = std::ssize(ones), others = std::ssize(all) - count;
  Threshold best;
  const auto look_between = [&](int64_t ones_below, int64_t all_below) {
    if (all_below == 0 || all_below == std::ssize(all)) return;  // no value on one side
    const double difference =
        static_cast<double>(ones_below) / static_cast<double>(count) -
        static_cast<double>(all_below - ones_below) / static_cast<double>(others);
    const double accuracy = 0.5 + std::abs(difference) / 2;
    const auto place = static_cast<size_t>(all_below);
    if (accuracy > best.accuracy)
      best = {
          .at = (all[place - 1] + all[place]) / 2, .below = difference > 0, .accuracy = accuracy};
  };
  // From one of the ones to the next the difference falls: the best is beside one of them.
  for (auto one = ones.begin(); one != ones.end();) {
    const auto equal = std::ranges::equal_range(all, *one);
    const auto next = std::upper_bound(one, ones.end(), *one);
    look_between(one - ones.begin(), equal.begin() - all.begin());
    look_between(next - ones.begin(), equal.end() - all.begin());
    one = next;
  }
  return best;
}

double chance_of(double accuracy, int64_t ones, int64_t others) {
  const double statistic = 2 * accuracy - 1;
  const auto n = static_cast<double>(ones), m = static_cast<double>(others);
  return std::min(1.0, 2 * std::exp(-2 * statistic * statistic * n * m / (n + m)));
}

}  // namespace sslhost::host
