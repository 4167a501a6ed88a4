// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors that follow others: average = d·average + (1 − d)·source. Teachers, and the averaged
// weights of evaluation. Nothing here waits for the device.

#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// The decay d of the n-th update, n = 1, 2, ...
enum class WarmUp {
  none,   ///< decay
  mean,   ///< min(decay, 1 − 1/(n + 1)): the plain mean at first (Tarvainen & Valpola 2017)
  tenth,  ///< min(decay, (1 + n)/(10 + n)): as in TensorFlow's ExponentialMovingAverage
};

class MovingAverage {
 public:
  /// Pairwise of one shape and type. Integers (counts of batches) are copied as they are.
  MovingAverage(std::vector<Tensor> averages, std::vector<Tensor> sources, double decay,
                WarmUp warm_up);

  /// Of the updates from now on.
  void set_decay(double decay);
  /// `found_inf` (float32 [], 0 or 1) leaves everything as it is.
  void update(const Tensor& found_inf);
  /// The averages become copies of the sources, and the warm-up begins anew.
  void restart();
  /// Exchanges the values of averages and sources.
  void swap();

  const std::vector<Tensor>& sources() const { return sources_; }
  /// The average of the source with that memory; null: it is not averaged.
  const Tensor* of(const Tensor& source) const;
  /// Updates so far, float32 [] on the device, for checkpoints.
  const Tensor& updates() const { return updates_; }

 private:
  std::vector<Tensor> averages_, sources_;  // floating point
  std::vector<Tensor> counts_, source_counts_;
  Tensor updates_;
  double least_;        // weight of the source, at least
  Tensor least_there_;  // the same, float32 [], where the averages are
  double over_, more_;  // its warm-up is over_/(more_ + n)
};

}  // namespace sslhost::host
