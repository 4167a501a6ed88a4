// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the kernels do to one element, for both compilers.

#include <cstdint>
#include <cstring>

#ifdef __CUDACC__
#define SSLHOST_HOST_BOTH __host__ __device__ inline
#else
#define SSLHOST_HOST_BOTH inline
#endif

namespace sslhost::host::operators {

/// The code of a term of an iteration: the smaller one came first.
constexpr int64_t kTerms = 64;
SSLHOST_HOST_BOTH int64_t code_of(int64_t iteration, int64_t term) {
  return iteration * kTerms + term;
}

/// Bits without the sign; those of NaN and infinity are 0x7f800000 and above.
SSLHOST_HOST_BOTH uint32_t magnitude(float x) {
  uint32_t bits = 0;
  memcpy(&bits, &x, sizeof(bits));
  return bits & 0x7fffffffu;
}
SSLHOST_HOST_BOTH bool is_finite(float x) { return magnitude(x) < 0x7f800000u; }

/// A stored value as methods see it; a null mean is 0 and a null deviation 1.
template <class Stored>
SSLHOST_HOST_BOTH float shown(Stored stored, float factor, const float* mean,
                              const float* deviation, int64_t channel) {
  const float value = static_cast<float>(stored) * factor;
  return mean ? (value - mean[channel]) / deviation[channel] : value;
}

}  // namespace sslhost::host::operators
