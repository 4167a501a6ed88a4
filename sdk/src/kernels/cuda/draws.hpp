// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of counter-based draws: no state, no reseeding, so that a captured step can be replayed.
// The key's iteration is read on the device. Nothing of LibTorch here.

#include <cuda_runtime_api.h>

#include "sdk/src/base/draws.hpp"

namespace sslhost::cuda {

void draw_uniform(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key);
void draw_normal(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key);
/// `chosen` with probability p, else `other`.
void draw_choice(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key,
                 float p, float chosen, float other);
void draw_beta(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key, float a,
               float b);

}  // namespace sslhost::cuda
