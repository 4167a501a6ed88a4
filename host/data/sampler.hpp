// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples iteration i sees: depends on (seed, stream, i) alone.

#include <cstdint>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// Draws batches of positions in a pool: one permutation after the other, cut into pieces of
/// `batch`. Another device gets those of many iterations in one copy.
class Sampler {
 public:
  /// Of each batch positions() gives `count` from `first` on.
  Sampler(int64_t pool, int64_t batch, uint64_t key, c10::Device device, int64_t first,
          int64_t count);
  /// Positions [count] for an iteration, any order of iterations. Valid until the next call.
  Tensor positions(int64_t iteration);

 private:
  const Tensor& order(int64_t epoch);
  /// Positions [count] from the one with number `at` on, in host memory.
  Tensor drawn(int64_t at, int64_t count);

  int64_t pool_, batch_, first_, count_;
  uint64_t key_;
  c10::Device device_;
  int64_t uploaded_ = -1;  // iterations [uploaded_ at_once_, ...) are on the device
  int64_t at_once_;
  Tensor on_device_;  // [at_once_ · batch]
  struct Epoch {
    int64_t number = -1;
    Tensor order;
  };
  Epoch epochs_[2];  // a batch may begin in one and end in the next
};

}  // namespace sslhost::host
