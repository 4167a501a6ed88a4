// SPDX-License-Identifier: Apache-2.0
#pragma once

// How well the class means of a few labeled samples tell their classes apart: a plain measure of
// features, without a method and without the test part.

#include <cstdint>
#include <optional>
#include <span>

namespace sslhost::host {

struct ClassMeansError {
  std::int64_t samples = 0, errors = 0;
  double chance = 0;  ///< error of always naming the most frequent class
  double error() const { return static_cast<double>(errors) / static_cast<double>(samples); }
};

/// Five-fold cross-validation: each sample is given to the nearest mean, by cosine, of the samples
/// of the other folds. `features` is [N,D] row by row. The i-th sample of a class is in fold i mod
/// 5. Nothing where a class has fewer than two samples: its only one would count as an error.
std::optional<ClassMeansError> class_means_error(std::span<const float> features,
                                                 std::span<const std::int64_t> labels,
                                                 std::int64_t classes);

}  // namespace sslhost::host
