// SPDX-License-Identifier: Apache-2.0
#pragma once

// What changes from iteration to iteration, in tensors on the device that keep their addresses. The
// host writes them before a step; the step only reads them, so that it can be captured as one CUDA
// graph and replayed. (Learning rates and decays are such tensors of the optimizers and teachers.)

#include <cstdint>
#include <vector>

#include "sslhost/training/random.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

class StepInputs {
 public:
  explicit StepInputs(c10::Device device);
  /// A batch of that many positions, written by write().
  Tensor add_positions(int64_t batch);

  /// Before iteration `iteration` of `iterations`.
  void begin(int64_t iteration, int64_t iterations);
  /// Positions [batch] int64, on the device.
  static void write(const Tensor& input, const Tensor& positions);

  const Tensor& iteration() const { return iteration_; }  ///< [] int64
  const Tensor& progress() const { return progress_; }    ///< [] float32, in [0, 1)
  int64_t number() const { return number_; }              ///< of the iteration, on the host
  /// The key of this iteration.
  random::Key key(uint64_t base) const {
    return random::Key::at(base, iteration_, static_cast<uint64_t>(number_));
  }

 private:
  Tensor iteration_, progress_;
  int64_t number_ = 0;
};

}  // namespace sslhost::host
