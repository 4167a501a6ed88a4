// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's own evaluation: errors of the predictions for a labeled part. Methods have no say in
// it.

#include <cstdint>
#include <vector>

#include "host/data/run_data.hpp"
#include "host/evaluate/predictor.hpp"

namespace sslhost::host {

/// What was predicted for each sample of a part, on the CPU.
struct Predictions {
  Tensor classes;        ///< [P] int64
  Tensor probabilities;  ///< [P] float64, of these classes
};

struct Evaluation {
  int64_t samples = 0, errors = 0;
  double loss = 0;                 ///< mean cross entropy, nats
  std::vector<int64_t> confusion;  ///< [K·K], row = true class, column = predicted
  Predictions predictions;         ///< where they were asked for
  double error() const {
    return samples ? static_cast<double>(errors) / static_cast<double>(samples) : 0;
  }
};

enum class KeepPredictions { no, yes };

/// One pass over the part, one wait at its end. Evaluation mode must be on. Throws Error (diverged)
/// for logits that are NaN.
Evaluation evaluate(const LabeledPart& part, int64_t classes, const Predictor& predictor,
                    KeepPredictions keep = KeepPredictions::no);

}  // namespace sslhost::host
