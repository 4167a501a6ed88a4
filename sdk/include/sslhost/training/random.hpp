// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers that depend on (seed, name, iteration) alone: never on threads, prefetching or
// what was drawn before, nor on the device: a CPU of any kind and a CUDA card draw the same bits
// (Philox 4×32-10; element i depends on the key and i). A key is those three mixed (integers.hpp).

#include <cstdint>

#include "sslhost/export.hpp"
#include "sslhost/training/integers.hpp"
#include "sslhost/types.hpp"

namespace sslhost::random {

/// A number, and how it comes about from the number of the iteration. A draw reads the iteration
/// from its tensor, on the device, so that a captured step draws anew.
class SSLHOST_API Key {
 public:
  /// The same in every iteration.
  Key(uint64_t value) : value_(value), start_(value) {}  // NOLINT: a number is a key
  /// mix(key, iteration): `iteration` is [] int64, and holds that number when the draw is made.
  static Key at(uint64_t key, const Tensor& iteration, uint64_t number);
  /// Every further mix() makes another key of it. Throws c10::Error beyond kMost.
  Key mixed(uint64_t value) const;

  static constexpr int kMost = 6;                         ///< numbers mixed in after the iteration
  uint64_t value() const { return value_; }               ///< the number, as the host knows it
  const Tensor& iteration() const { return iteration_; }  ///< on the device; undefined: none
  uint64_t start() const { return start_; }               ///< before the iteration is mixed in
  const uint64_t* mixes() const { return mixes_; }        ///< count() of them, in order
  int count() const { return count_; }                    ///< at most kMost

 private:
  uint64_t value_, start_;
  Tensor iteration_;
  uint64_t mixes_[kMost] = {};
  int count_ = 0;
};

/// float32 N(0,1) of the given shape on the given device. All draws throw c10::Error for a device
/// without these operators (sslhost::draw_normal_ and its kin): CPUs and CUDA cards have them.
SSLHOST_API Tensor normal(IntArrayRef shape, const Key& key, c10::Device device);
/// Uniform in [0,1), else as normal().
SSLHOST_API Tensor uniform(IntArrayRef shape, const Key& key, c10::Device device);
/// 0 with probability p, else 1/(1 − p). 0 <= p < 1.
SSLHOST_API Tensor dropout_mask(IntArrayRef shape, double p, const Key& key, c10::Device device);
/// 1 with probability p, else 0. 0 <= p <= 1.
SSLHOST_API Tensor bernoulli(IntArrayRef shape, double p, const Key& key, c10::Device device);
/// Beta(a, b), by two gamma draws (G. Marsaglia, W. Tsang, ACM TOMS 26, 2000). a, b > 0.
SSLHOST_API Tensor beta(IntArrayRef shape, double a, double b, const Key& key, c10::Device device);
/// 0 to n − 1 in random order, [n] int64; nothing waits for the device.
SSLHOST_API Tensor permutation_on(int64_t n, const Key& key, c10::Device device);

}  // namespace sslhost::random
