// SPDX-License-Identifier: Apache-2.0
#pragma once

// How well one number tells two groups apart.

#include <cstdint>
#include <span>

namespace sslhost::host {

struct Threshold {
  double at = 0;
  bool below = true;      ///< the ones lie below it, and the others above
  double accuracy = 0.5;  ///< balanced: the mean of the share of the ones and of the others
};

/// The threshold of the largest balanced accuracy, halfway between two values. Both are sorted;
/// `all` has the ones and at least one other. In the time of a search for each of the ones.
Threshold best_threshold(std::span<const double> ones, std::span<const double> all);

/// About the probability that the best threshold is as good or better where both groups are drawn
/// from one distribution: 2 accuracy - 1 is the statistic of Smirnov's test of two samples, and
/// this the leading term of its limit.
double chance_of(double accuracy, int64_t ones, int64_t others);

}  // namespace sslhost::host
