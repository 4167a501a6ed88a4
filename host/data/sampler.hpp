// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples iteration i sees: depends on (seed, stream, i) alone.

#include <cstdint>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// Draws batches of positions in a pool: one permutation after the other, cut into pieces of
/// `batch`.
class Sampler {
 public:
  Sampler(int64_t pool, int64_t batch, uint64_t key, c10::Device device);
  /// Positions [batch] for an iteration, any order of iterations. Valid until the next call.
  Tensor positions(int64_t iteration);

 private:
  const Tensor& order(int64_t epoch);

  int64_t pool_, batch_;
  uint64_t key_;
  c10::Device device_;
  struct Epoch {
    int64_t number = -1;
    Tensor order;
  };
  Epoch epochs_[2];  // a batch may begin in one and end in the next
};

}  // namespace sslhost::host
