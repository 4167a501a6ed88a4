// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and exact integers that are the same on every machine and for all time: splits and
// checkpoints depend on them. Needs no LibTorch; random.hpp adds the tensors.

#include <cstdint>
#include <string_view>
#include <vector>

#include "sslhost/export.hpp"

/// Numbers that depend on a key alone.
namespace sslhost::random {

/// FNV-1a of the name, mixed; stable for all time, since checkpoints depend on it.
SSLHOST_API uint64_t name_key(std::string_view name);
/// A new key from an old one and a number; not symmetric.
/// mix(mix(seed, name_key("vat")), iteration) is the usual chain.
SSLHOST_API uint64_t mix(uint64_t key, uint64_t value);

/// Small generator for host-side integers: SplitMix64 (Steele, Lea, Flood 2014), a counter through
/// a 64-bit finalizer. Give it a mixed key: neighbouring raw seeds may share parts of their
/// sequences.
class SSLHOST_API Integers {
 public:
  explicit Integers(uint64_t key) : key_(key) {}  ///< begins a sequence
  uint64_t next();                                ///< 64 bits
  uint64_t below(uint64_t bound);  ///< uniform in [0, bound), without bias (Lemire 2019); bound > 0
  double unit();                   ///< uniform in [0, 1), a multiple of 2^-53

 private:
  uint64_t key_, counter_ = 0;
};

/// A permutation of 0..n-1 (Fisher–Yates).
SSLHOST_API std::vector<int64_t> permutation(int64_t n, uint64_t key);

}  // namespace sslhost::random
