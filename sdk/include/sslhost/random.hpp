// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers that depend on (seed, name, iteration) alone: never on threads, prefetching or
// what was drawn before. A key is those three mixed (integers.hpp); tensors are drawn from a key.

#include <cstdint>

#include "sslhost/export.hpp"
#include "sslhost/integers.hpp"
#include "sslhost/types.hpp"

namespace sslhost::random {

/// float32 N(0,1) / uniform [0,1) of the given shape on the given device. On a CPU from a generator
/// reseeded with the key.
SSLHOST_API Tensor normal(IntArrayRef shape, uint64_t key, c10::Device device);
SSLHOST_API Tensor uniform(IntArrayRef shape, uint64_t key, c10::Device device);
/// 0 with probability p, else 1/(1 − p); element i depends on (key, i) alone. 0 <= p < 1.
SSLHOST_API Tensor dropout_mask(IntArrayRef shape, double p, uint64_t key, c10::Device device);

}  // namespace sslhost::random
