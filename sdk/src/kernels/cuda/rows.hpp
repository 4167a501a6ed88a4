// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of losses row by row: one thread a row, which suits the few classes that they are taken
// for. `step` is 0 where one g counts for all rows, else 1. Nothing of LibTorch here.

#include <cstdint>

#include <cuda_runtime_api.h>

#include "sdk/src/base/rows.hpp"

namespace sslhost::cuda {

void kl_rows(const rows::Logits& logits, float* out, cudaStream_t stream);
void kl_rows_gradient_of_q(const rows::Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
void kl_rows_gradient_of_p(const rows::Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
void entropy_rows(const rows::Logits& logits, float* out, cudaStream_t stream);
void entropy_rows_gradient(const rows::Logits& logits, const float* g, int64_t step, float* out,
                           cudaStream_t stream);
/// x [rows, width] divided by each row's Euclidean length; a row of zeros stays one.
void unit_norm_rows(const float* x, int64_t rows, int64_t width, float* out, cudaStream_t stream);

}  // namespace sslhost::cuda
