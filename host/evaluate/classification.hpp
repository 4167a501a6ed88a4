// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a confusion matrix says: accuracy, and precision, recall and F1 of each class and on
// average, by the conventions of scikit-learn's classification_report(labels=range(K),
// zero_division=0): what would be 0/0 is 0.

#include <cstdint>
#include <span>
#include <vector>

namespace sslhost::host {

struct ClassScores {
  double precision = 0, recall = 0, f1 = 0;
  std::int64_t support = 0;  ///< samples that truly are of this class
};

struct Classification {
  double accuracy = 0, error = 0;    ///< fractions; NaN without samples
  std::vector<ClassScores> classes;  ///< in label order
  ClassScores macro;                 ///< mean over the classes
  ClassScores weighted;              ///< mean weighted by support
};

/// `confusion` is [K,K] row by row: rows are true classes, columns predicted ones.
Classification classify(std::span<const std::int64_t> confusion, std::int64_t classes);

}  // namespace sslhost::host
