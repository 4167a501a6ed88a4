// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches of the operators' kernels. Nothing of LibTorch here.

#include <cstdint>

#include <cuda_runtime_api.h>

namespace sslhost::host::cuda {

/// Tensors of one launch, by value: a kernel's arguments take 4 KiB.
constexpr int kMostPieces = 96;
struct Pieces {
  void* data[kMostPieces];
  int64_t elements[kMostPieces];
  int number;
};
struct Pairs {
  void *first[kMostPieces], *second[kMostPieces];
  int64_t elements[kMostPieces];
  int number;
};

/// float32. The smallest code is noted; -1 counts as the largest.
void note_finite(const Pieces& values, int64_t* first, float* found_inf, const int64_t* iteration,
                 int64_t term, cudaStream_t stream);
void count_steps(const Pieces& steps, const float* found_inf, cudaStream_t stream);
void add_to_mean(double* sums, const float* value, int64_t n, cudaStream_t stream);
/// Words of 4 bytes.
void settle(const Pairs& pairs, const float* found_inf, cudaStream_t stream);
/// `plane` values a channel, `width` a sample.
template <class Stored>
void gather(const Stored* data, const int64_t* rows, int64_t n, int64_t width, int64_t plane,
            float factor, const float* mean, const float* deviation, float* out,
            cudaStream_t stream);

}  // namespace sslhost::host::cuda
