// SPDX-License-Identifier: Apache-2.0
#pragma once

// The body, for both sides: a CPU runs it in a loop, a GPU one thread a row.

#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define BOTH_SIDES __host__ __device__
#else
#define BOTH_SIDES
#endif

/// Of logits [K]: cross entropy with the network's own answer where that has at least the
/// probability `threshold`, else 0; and its gradient [K].
BOTH_SIDES inline float confident_row(const float* logits, int64_t classes, float threshold,
                                      float* gradient) {
  int64_t best = 0;
  for (int64_t k = 1; k < classes; ++k)
    if (logits[k] > logits[best]) best = k;
  float sum = 0;
  for (int64_t k = 0; k < classes; ++k) sum += std::exp(logits[k] - logits[best]);
  const bool sure = 1 / sum >= threshold;
  for (int64_t k = 0; k < classes; ++k)
    gradient[k] = sure ? std::exp(logits[k] - logits[best]) / sum - (k == best ? 1.f : 0.f) : 0.f;
  return sure ? std::log(sum) : 0.f;
}
