// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/kernels/cuda/rows.hpp"

namespace sslhost::cuda {

namespace {

using rows::Logits;

constexpr int kThreads = 128;

/// body(row) for each row, in a thread of its own.
template <class Body>
__global__ void each_row(int64_t rows, Body body) {
  const int64_t row = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (row < rows) body(row);
}

template <class Body>
void launch(int64_t rows, cudaStream_t stream, Body body) {
  const auto blocks = static_cast<unsigned>((rows + kThreads - 1) / kThreads);
  if (rows > 0) each_row<<<blocks, kThreads, 0, stream>>>(rows, body);
}

struct Kl {
  Logits z;
  float* out;
  __device__ void operator()(int64_t row) const {
    out[row] = rows::kl(z.p + row * z.classes, z.q + row * z.classes, z.classes);
  }
};

template <bool of_p>
struct KlGradient {
  Logits z;
  const float* g;
  int64_t step;
  float* out;
  __device__ void operator()(int64_t row) const {
    const int64_t at = row * z.classes;
    if constexpr (of_p)
      rows::kl_gradient_of_p(g[row * step], z.p + at, z.q + at, z.classes, out + at);
    else
      rows::kl_gradient_of_q(g[row * step], z.p + at, z.q + at, z.classes, out + at);
  }
};

struct Entropy {
  Logits z;
  float* out;
  __device__ void operator()(int64_t row) const {
    out[row] = rows::entropy(z.p + row * z.classes, z.classes);
  }
};

struct EntropyGradient {
  Logits z;
  const float* g;
  int64_t step;
  float* out;
  __device__ void operator()(int64_t row) const {
    const int64_t at = row * z.classes;
    rows::entropy_gradient(g[row * step], z.p + at, z.classes, out + at);
  }
};

/// A block a row. Squares are summed in float64: those of a gradient of 1e-25 are there too.
__global__ void unit_norm_kernel(const float* x, int64_t width, float* out) {
  __shared__ double sums[kThreads];
  const float* row = x + blockIdx.x * width;
  double sum = 0;
  for (int64_t i = threadIdx.x; i < width; i += kThreads)
    sum += static_cast<double>(row[i]) * row[i];
  sums[threadIdx.x] = sum;
  for (int half = kThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
  }
  __syncthreads();
  const double length = sqrt(sums[0]), factor = length > 0 ? 1 / length : length;
  for (int64_t i = threadIdx.x; i < width; i += kThreads)
    out[blockIdx.x * width + i] = static_cast<float>(row[i] * factor);
}

}  // namespace

void kl_rows(const Logits& z, float* out, cudaStream_t stream) {
  launch(z.rows, stream, Kl{z, out});
}

void kl_rows_gradient_of_q(const Logits& z, const float* g, int64_t step, float* out,
                           cudaStream_t stream) {
  launch(z.rows, stream, KlGradient<false>{z, g, step, out});
}

void kl_rows_gradient_of_p(const Logits& z, const float* g, int64_t step, float* out,
                           cudaStream_t stream) {
  launch(z.rows, stream, KlGradient<true>{z, g, step, out});
}

void entropy_rows(const Logits& z, float* out, cudaStream_t stream) {
  launch(z.rows, stream, Entropy{z, out});
}

void entropy_rows_gradient(const Logits& z, const float* g, int64_t step, float* out,
                           cudaStream_t stream) {
  launch(z.rows, stream, EntropyGradient{z, g, step, out});
}

void unit_norm_rows(const float* x, int64_t rows, int64_t width, float* out, cudaStream_t stream) {
  if (rows > 0)
    unit_norm_kernel<<<static_cast<unsigned>(rows), kThreads, 0, stream>>>(x, width, out);
}

}  // namespace sslhost::cuda
