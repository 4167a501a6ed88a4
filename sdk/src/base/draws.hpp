// SPDX-License-Identifier: Apache-2.0
#pragma once

// Draws as functions of a key and the number of an element, for both compilers: a CPU's loops and a
// CUDA card's kernels compute these. Philox 4×32 with 10 rounds: J. Salmon, M. Moraes, R. Dror,
// D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
// The same bits everywhere: functions.hpp, and no product whose sum a compiler could fuse or not.

#include <cmath>
#include <cstdint>

#include "sdk/src/base/functions.hpp"

namespace sslhost::draws {

/// Stafford's variant 13 of MurmurHash3's finalizer, as in SplitMix64: a bijection, every bit
/// depends on every bit.
SSLHOST_BOTH uint64_t finalize(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
/// As random::mix().
SSLHOST_BOTH uint64_t mix(uint64_t key, uint64_t value) {
  return finalize(finalize(key + 0x9e3779b97f4a7c15) ^ value);
}

/// A random::Key in plain numbers.
struct KeyParts {
  const int64_t* iteration;
  uint64_t start;
  uint64_t mixes[6];
  int count;
};
SSLHOST_BOTH uint64_t value_of(const KeyParts& key) {
  uint64_t value =
      key.iteration ? mix(key.start, static_cast<uint64_t>(*key.iteration)) : key.start;
  for (int i = 0; i < key.count; ++i) value = mix(value, key.mixes[i]);
  return value;
}

struct Words {
  uint32_t at[4];
};

SSLHOST_BOTH Words philox(Words counter, uint32_t k0, uint32_t k1) {
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter.at[0],
                   b = uint64_t{0xCD9E8D57} * counter.at[2];
    counter = {{static_cast<uint32_t>(b >> 32) ^ counter.at[1] ^ k0, static_cast<uint32_t>(b),
                static_cast<uint32_t>(a >> 32) ^ counter.at[3] ^ k1, static_cast<uint32_t>(a)}};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return counter;
}
/// The `block`-th four words of a key; `series` tells apart what one element draws more than once.
SSLHOST_BOTH Words words(uint64_t key, uint64_t block, uint64_t series = 0) {
  return philox({{static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32),
                  static_cast<uint32_t>(series), static_cast<uint32_t>(series >> 32)}},
                static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32));
}

/// [0, 1), a multiple of 2^-24.
SSLHOST_BOTH float unit(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>(word >> 8)) * 0x1p-24f;
}
/// (0, 1]
SSLHOST_BOTH float unit_above_zero(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>((word >> 8) + 1)) * 0x1p-24f;
}

/// Two of N(0, 1) by Box and Muller.
SSLHOST_BOTH void normal_pair(uint32_t a, uint32_t b, float* first, float* second) {
  const float radius = sqrtf(-2 * log_of(unit_above_zero(a)));
  float cosine = 0, sine = 0;
  sine_and_cosine_of_turn(unit(b), &sine, &cosine);
  *first = radius * cosine;
  *second = radius * sine;
}

/// Gamma(shape, 1) by Marsaglia and Tsang; below 1 by the boost of their section 6. `which` tells
/// apart several of one element.
SSLHOST_BOTH float gamma(uint64_t key, uint64_t element, uint32_t which, float shape) {
  const float boosted = shape < 1 ? shape + 1 : shape;
  const float d = boosted - 1.0f / 3, c = 1 / sqrtf(9 * d);
  for (uint32_t attempt = 0;; ++attempt) {
    const Words w = words(key, element, (uint64_t{which} << 32) + attempt);
    float x = 0, unused = 0;
    normal_pair(w.at[0], w.at[1], &x, &unused);
    const float root = fmaf(c, x, 1), v = root * root * root;
    if (root <= 0) continue;
    // x²/2 + d − d v + d log v
    const float most = fmaf(0.5f * x, x, d * ((1 - v) + log_of(v)));
    if (log_of(unit_above_zero(w.at[2])) >= most) continue;
    return shape < 1 ? d * v * exp_of(log_of(unit_above_zero(w.at[3])) / shape) : d * v;
  }
}

SSLHOST_BOTH float beta(uint64_t key, uint64_t element, float a, float b) {
  const float x = gamma(key, element, 0, a), y = gamma(key, element, 1, b);
  if (x + y > 0) return x / (x + y);
  // Both below the smallest float: with parameters that small all lies at the two ends.
  return unit(words(key, element, uint64_t{2} << 32).at[0]) < a / (a + b) ? 1.0f : 0.0f;
}

}  // namespace sslhost::draws
