// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/kernels/cuda/draws.hpp"

namespace sslhost::cuda {

namespace {

constexpr int kThreads = 256;

unsigned blocks_for(int64_t threads) {
  return static_cast<unsigned>((threads + kThreads - 1) / kThreads);
}

/// Four elements a thread: one call of Philox serves them.
template <class Fill>
__global__ void fill_fours(float* out, int64_t count, draws::KeyParts parts, Fill fill) {
  const int64_t block = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (4 * block >= count) return;
  float values[4];
  fill(draws::words(draws::value_of(parts), static_cast<uint64_t>(block)), values);
  for (int64_t i = 0; i < 4 && 4 * block + i < count; ++i) out[4 * block + i] = values[i];
}

template <class Fill>
void launch_fours(float* out, int64_t count, const draws::KeyParts& key, cudaStream_t stream,
                  Fill fill) {
  if (count > 0)
    fill_fours<<<blocks_for((count + 3) / 4), kThreads, 0, stream>>>(out, count, key, fill);
}

struct Uniform {
  __device__ void operator()(const draws::Words& w, float* values) const {
    for (int i = 0; i < 4; ++i) values[i] = draws::unit(w.at[i]);
  }
};

struct Normal {
  __device__ void operator()(const draws::Words& w, float* values) const {
    draws::normal_pair(w.at[0], w.at[1], values, values + 1);
    draws::normal_pair(w.at[2], w.at[3], values + 2, values + 3);
  }
};

struct Choice {
  float p, chosen, other;
  __device__ void operator()(const draws::Words& w, float* values) const {
    for (int i = 0; i < 4; ++i) values[i] = draws::unit(w.at[i]) < p ? chosen : other;
  }
};

__global__ void fill_beta(float* out, int64_t count, float a, float b, draws::KeyParts parts) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < count) out[i] = draws::beta(draws::value_of(parts), static_cast<uint64_t>(i), a, b);
}

}  // namespace

void draw_uniform(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key) {
  launch_fours(out, count, key, stream, Uniform{});
}

void draw_normal(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key) {
  launch_fours(out, count, key, stream, Normal{});
}

void draw_choice(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key,
                 float p, float chosen, float other) {
  launch_fours(out, count, key, stream, Choice{p, chosen, other});
}

void draw_beta(float* out, int64_t count, cudaStream_t stream, const draws::KeyParts& key, float a,
               float b) {
  if (count > 0) fill_beta<<<blocks_for(count), kThreads, 0, stream>>>(out, count, a, b, key);
}

}  // namespace sslhost::cuda
