// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of batch norm with a leaky ReLU behind it, over contiguous float32 matrices
// [rows, channels]: a block of threads does 32 channels, all passes over them in one launch. For
// the few hundred rows of a batch, not for the pixels of a convolution. Nothing of LibTorch here.

#include <cstdint>

#include <cuda_runtime_api.h>

namespace sslhost::cuda {

struct NormSizes {
  int64_t rows, channels;
  float epsilon, slope;
};

/// Of the running statistics; null: they stay.
struct Running {
  float *mean, *var, momentum;
};

/// mean and var (over rows, not rows − 1) [channels], y [rows, channels].
void batch_norm(const NormSizes& sizes, const float* x, const float* weight, const float* bias,
                const Running& running, float* mean, float* var, float* y, cudaStream_t stream);

/// What batch_norm() was given and has found.
struct Normed {
  const float *x, *y, *weight, *mean, *var;
};

void batch_norm_gradient(const NormSizes& sizes, const Normed& of, const float* g, float* of_x,
                         float* of_weight, float* of_bias, cudaStream_t stream);

}  // namespace sslhost::cuda
