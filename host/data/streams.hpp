// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pools resident on the device and the batches drawn from them. A pool keeps its samples in their
// own type; a batch is gathered and normalised on the device. Which samples iteration i sees
// depends on (seed, stream, i) alone.

#include <cstdint>
#include <vector>

#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

#include "host/data/scale.hpp"

namespace sslhost::host {

/// Rows `rows` of `data` as methods see them: [n,C,H,W] float32.
Tensor gather(const Tensor& data, const Tensor& rows, const Scale& scale);

/// The samples of one role. Labels exist for the labeled pool only, so that no other label can
/// reach a method.
struct ResidentPool {
  Tensor data;    ///< [T,C,H,W] of the whole part, uint8 or float32, on the device
  Tensor rows;    ///< [P] int64: which of them, in the split's shuffled order
  Tensor labels;  ///< [P] int64, or undefined
  Scale scale;
  int64_t size() const { return rows.size(0); }
};

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
