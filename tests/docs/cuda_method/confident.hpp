// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>

/// confident_row() of each row of logits [rows,K] on the GPU, in the order of that stream's work.
void launch_confident(const float* logits, int64_t rows, int64_t classes, float threshold,
                      float* losses, float* gradients, cudaStream_t stream);
