// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's own evaluation: errors of predict() over a labeled part. Methods have no say in it.

#include <cstdint>
#include <functional>
#include <vector>

#include "host/data/run_data.hpp"

namespace sslhost::host {

struct Evaluation {
  int64_t samples = 0, errors = 0;
  double loss = 0;                 ///< mean cross entropy, nats
  std::vector<int64_t> confusion;  ///< [K·K], row = true class, column = predicted
  double error() const {
    return samples ? static_cast<double>(errors) / static_cast<double>(samples) : 0;
  }
};

/// `predict` maps [N,C,H,W] to logits [N,K]; called in pieces of at most 1,000. One wait, at the
/// end. Throws Error (plugin) when it returns another shape.
Evaluation evaluate(const LabeledPart& part, int64_t classes,
                    const std::function<Tensor(const Tensor&)>& predict);

/// Checks what predict() returned.
void check_logits(const Tensor& logits, int64_t samples, int64_t classes);

}  // namespace sslhost::host
