// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's own evaluation: errors of the predictions for a labeled part. Methods have no say in
// it.

#include <cstdint>
#include <vector>

#include "host/data/run_data.hpp"
#include "host/evaluate/predictor.hpp"
#include "host/evaluate/reliability.hpp"

namespace sslhost::host {

/// What was predicted for each sample of a part, on the CPU.
struct Predictions {
  Tensor classes;        ///< [P] int64
  Tensor probabilities;  ///< [P] float64, of these classes
  Tensor uncalibrated;   ///< [P] the same at temperature 1
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
/// for logits that are NaN. Of `temperature` the probabilities alone depend, not the loss.
Evaluation evaluate(const LabeledPart& part, int64_t classes, const Predictor& predictor,
                    KeepPredictions keep = KeepPredictions::no, double temperature = 1);

/// Of the predictions for a part, at the temperature that they were made with, or at 1.
enum class Temperature { as_fitted, one };
Reliability reliability_of(const LabeledPart& part, const Predictions& predictions,
                           Temperature temperature);

}  // namespace sslhost::host
