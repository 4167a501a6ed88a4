// SPDX-License-Identifier: Apache-2.0
#include "host/operators/bodies.hpp"
#include "host/operators/cuda/kernels.hpp"

namespace sslhost::host::cuda {

namespace {

constexpr int kThreads = 256;
/// Blocks a tensor: enough to read at the memory's rate, and few for the small ones.
constexpr int64_t kMostBlocks = 64;

/// blockIdx.y is the tensor; its blocks share its elements.
__device__ int64_t begin_of_block() { return int64_t{blockIdx.x} * blockDim.x + threadIdx.x; }
__device__ int64_t stride_of_grid() { return int64_t{gridDim.x} * blockDim.x; }

template <class List>
dim3 grid_of(const List& list) {
  int64_t most = 1;
  for (int i = 0; i < list.number; ++i) most = list.elements[i] > most ? list.elements[i] : most;
  const int64_t blocks = (most + kThreads - 1) / kThreads;
  return {static_cast<unsigned>(blocks < kMostBlocks ? blocks : kMostBlocks),
          static_cast<unsigned>(list.number)};
}

__global__ void note_finite_kernel(Pieces values, int64_t* first, float* found_inf,
                                   const int64_t* iteration, int64_t term) {
  const auto* data = static_cast<const float*>(values.data[blockIdx.y]);
  bool bad = false;
  for (int64_t i = begin_of_block(); i < values.elements[blockIdx.y]; i += stride_of_grid())
    bad = bad || !operators::is_finite(data[i]);
  if (!__syncthreads_or(bad ? 1 : 0) || threadIdx.x != 0) return;
  const auto code = static_cast<unsigned long long>(operators::code_of(*iteration, term));
  atomicMin(reinterpret_cast<unsigned long long*>(first), code);  // -1 is the largest
  *found_inf = 1;
}

__global__ void count_steps_kernel(Pieces steps, const float* found_inf) {
  if (*found_inf != 0) return;
  auto* counts = static_cast<float*>(steps.data[blockIdx.y]);
  for (int64_t i = begin_of_block(); i < steps.elements[blockIdx.y]; i += stride_of_grid())
    counts[i] += 1;
}

__global__ void add_to_mean_kernel(double* sums, const float* value, int64_t n) {
  for (int64_t i = begin_of_block(); i < n; i += stride_of_grid()) {
    sums[i] += value[i];
    sums[n + i] += 1;
  }
}

__global__ void settle_kernel(Pairs pairs, const float* found_inf) {
  auto* tensor = static_cast<uint32_t*>(pairs.first[blockIdx.y]);
  auto* remembered = static_cast<uint32_t*>(pairs.second[blockIdx.y]);
  const bool bad = *found_inf != 0;
  const uint32_t* from = bad ? remembered : tensor;
  uint32_t* to = bad ? tensor : remembered;
  for (int64_t i = begin_of_block(); i < pairs.elements[blockIdx.y]; i += stride_of_grid())
    to[i] = from[i];
}

template <class Stored>
__global__ void gather_kernel(const Stored* data, const int64_t* rows, int64_t n, int64_t width,
                              int64_t plane, float factor, const float* mean,
                              const float* deviation, float* out) {
  for (int64_t i = begin_of_block(); i < n * width; i += stride_of_grid()) {
    const int64_t sample = i / width, value = i % width;
    out[i] = operators::shown(data[rows[sample] * width + value], factor, mean, deviation,
                              value / plane);
  }
}

}  // namespace

void note_finite(const Pieces& values, int64_t* first, float* found_inf, const int64_t* iteration,
                 int64_t term, cudaStream_t stream) {
  note_finite_kernel<<<grid_of(values), kThreads, 0, stream>>>(values, first, found_inf, iteration,
                                                               term);
}

void count_steps(const Pieces& steps, const float* found_inf, cudaStream_t stream) {
  count_steps_kernel<<<grid_of(steps), kThreads, 0, stream>>>(steps, found_inf);
}

void add_to_mean(double* sums, const float* value, int64_t n, cudaStream_t stream) {
  add_to_mean_kernel<<<static_cast<unsigned>((n + kThreads - 1) / kThreads), kThreads, 0, stream>>>(
      sums, value, n);
}

void settle(const Pairs& pairs, const float* found_inf, cudaStream_t stream) {
  settle_kernel<<<grid_of(pairs), kThreads, 0, stream>>>(pairs, found_inf);
}

template <class Stored>
void gather(const Stored* data, const int64_t* rows, int64_t n, int64_t width, int64_t plane,
            float factor, const float* mean, const float* deviation, float* out,
            cudaStream_t stream) {
  const int64_t blocks = (n * width + kThreads - 1) / kThreads;
  constexpr int64_t kEnough = 4096;
  gather_kernel<<<static_cast<unsigned>(blocks < kEnough ? blocks : kEnough), kThreads, 0,
                  stream>>>(data, rows, n, width, plane, factor, mean, deviation, out);
}

template void gather(const uint8_t*, const int64_t*, int64_t, int64_t, int64_t, float, const float*,
                     const float*, float*, cudaStream_t);
template void gather(const float*, const int64_t*, int64_t, int64_t, int64_t, float, const float*,
                     const float*, float*, cudaStream_t);

}  // namespace sslhost::host::cuda
