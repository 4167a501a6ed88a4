// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/base/norms.hpp"
#include "sdk/src/kernels/cuda/norms.hpp"

namespace sslhost::cuda {

namespace {

constexpr int kChannels = 32, kLanes = 16;  // of a block; a lane takes every 16th row

using Shared = float[kLanes][kChannels];

/// The sum over the lanes of a channel, in their order: the same for each of them.
__device__ float over_lanes(float own, Shared& shared) {
  __syncthreads();  // nobody reads the last one any more
  shared[threadIdx.y][threadIdx.x] = own;
  __syncthreads();
  float sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += shared[lane][threadIdx.x];
  return sum;
}

/// f(i) for the numbers of this thread's channel in this lane's rows; none beyond the last channel.
template <class F>
__device__ void each_row(const NormSizes& sizes, F f) {
  const int64_t c = int64_t{blockIdx.x} * kChannels + threadIdx.x;
  if (c < sizes.channels)
    for (int64_t row = threadIdx.y; row < sizes.rows; row += kLanes) f(row * sizes.channels + c);
}

__global__ void forward_kernel(NormSizes sizes, const float* x, const float* weight,
                               const float* bias, Running running, float* mean, float* var,
                               float* y) {
  __shared__ Shared shared;
  const auto rows = static_cast<float>(sizes.rows);
  float sum = 0, rest = 0, square = 0;
  each_row(sizes, [&](int64_t i) { sum += x[i]; });
  const float about = over_lanes(sum, shared) / rows;
  each_row(sizes, [&](int64_t i) {
    const float d = x[i] - about;
    rest += d;
    square += d * d;
  });
  rest = over_lanes(rest, shared);
  square = over_lanes(square, shared);
  const int64_t c = int64_t{blockIdx.x} * kChannels + threadIdx.x;
  if (c >= sizes.channels) return;
  const float found_mean = about + rest / rows;
  const float found_var = (square - rest * (rest / rows)) / rows;
  const auto line = norms::line_of(found_mean, found_var, sizes.epsilon, weight[c], bias[c]);
  each_row(sizes, [&](int64_t i) { y[i] = norms::normalized(x[i], line, sizes.slope); });
  if (threadIdx.y > 0) return;
  mean[c] = found_mean;
  var[c] = found_var;
  if (!running.mean) return;
  running.mean[c] = norms::moved(running.mean[c], found_mean, running.momentum);
  running.var[c] = norms::moved(running.var[c], found_var * (rows / (rows - 1)), running.momentum);
}

__global__ void gradient_kernel(NormSizes sizes, Normed of, const float* g, float* of_x,
                                float* of_weight, float* of_bias) {
  __shared__ Shared shared;
  const int64_t c = int64_t{blockIdx.x} * kChannels + threadIdx.x;
  const bool is_there = c < sizes.channels;
  const float mean = is_there ? of.mean[c] : 0;
  float sum = 0, product = 0;
  each_row(sizes, [&](int64_t i) {
    const float passed = norms::passed(g[i], of.y[i], sizes.slope);
    sum += passed;
    product += passed * (of.x[i] - mean);
  });
  sum = over_lanes(sum, shared);
  product = over_lanes(product, shared);
  if (!is_there) return;
  const auto back = norms::back_of(mean, of.var[c], sizes.epsilon, of.weight[c], sum, product,
                                   static_cast<float>(sizes.rows));
  each_row(sizes, [&](int64_t i) {
    of_x[i] = norms::gradient(norms::passed(g[i], of.y[i], sizes.slope), of.x[i], back);
  });
  if (threadIdx.y > 0) return;
  of_weight[c] = product * norms::inverse_deviation(of.var[c], sizes.epsilon);
  of_bias[c] = sum;
}

unsigned blocks_of(const NormSizes& sizes) {
  return static_cast<unsigned>((sizes.channels + kChannels - 1) / kChannels);
}

constexpr dim3 kThreads(kChannels, kLanes);

}  // namespace

void batch_norm(const NormSizes& sizes, const float* x, const float* weight, const float* bias,
                const Running& running, float* mean, float* var, float* y, cudaStream_t stream) {
  if (blocks_of(sizes) > 0)
    forward_kernel<<<blocks_of(sizes), kThreads, 0, stream>>>(sizes, x, weight, bias, running, mean,
                                                              var, y);
}

void batch_norm_gradient(const NormSizes& sizes, const Normed& of, const float* g, float* of_x,
                         float* of_weight, float* of_bias, cudaStream_t stream) {
  if (blocks_of(sizes) > 0)
    gradient_kernel<<<blocks_of(sizes), kThreads, 0, stream>>>(sizes, of, g, of_x, of_weight,
                                                               of_bias);
}

}  // namespace sslhost::cuda
