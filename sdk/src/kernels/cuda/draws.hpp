// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of counter-based draws: no state, no reseeding, so that a captured step can be replayed.
// The key's iteration is read on the device. Nothing of LibTorch here.

#include <cuda_runtime_api.h>

#include "sdk/src/base/draws.hpp"

namespace sslhost::cuda {

void draw_uniform(float* out, int64_t count, const draws::KeyParts& key, cudaStream_t stream);
void draw_normal(float* out, int64_t count, const draws::KeyParts& key, cudaStream_t stream);
/// `zero` with probability p, else `other`.
void draw_choice(float* out, int64_t count, float p, float zero, float other,
                 const draws::KeyParts& key, cudaStream_t stream);
void draw_beta(float* out, int64_t count, float a, float b, const draws::KeyParts& key,
               cudaStream_t stream);

}  // namespace sslhost::cuda
