// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of losses row by row: one thread a row, which suits the few classes that they are taken
// for. `step` is 0 where one g counts for all rows, else 1. Nothing of LibTorch here.

#include <cstdint>

#include <cuda_runtime_api.h>

namespace sslhost::cuda {

/// Logits [rows, classes].
struct Logits {
  const float *p, *q;  ///< the entropy has p alone
  int64_t rows, classes;
};

void kl_rows(const Logits& logits, float* out, cudaStream_t stream);
void kl_rows_gradient_of_q(const Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
void kl_rows_gradient_of_p(const Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
void entropy_rows(const Logits& logits, float* out, cudaStream_t stream);
void entropy_rows_gradient(const Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
/// x [rows, width] divided by each row's Euclidean length; a row of zeros stays one.
void unit_norm_rows(const float* x, int64_t rows, int64_t width, float* out, cudaStream_t stream);

}  // namespace sslhost::cuda
