// SPDX-License-Identifier: Apache-2.0
#include "confident.hpp"
#include "confident_row.hpp"

namespace {

__global__ void confident(const float* logits, int64_t rows, int64_t classes, float threshold,
                          float* losses, float* gradients) {
  const int64_t row = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (row >= rows) return;
  losses[row] =
      confident_row(logits + row * classes, classes, threshold, gradients + row * classes);
}

}  // namespace

void launch_confident(const float* logits, int64_t rows, int64_t classes, float threshold,
                      float* losses, float* gradients, cudaStream_t stream) {
  constexpr int kThreads = 128;
  if (rows == 0) return;
  const auto blocks = static_cast<unsigned>((rows + kThreads - 1) / kThreads);
  confident<<<blocks, kThreads, 0, stream>>>(logits, rows, classes, threshold, losses, gradients);
}
