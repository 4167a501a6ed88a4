// SPDX-License-Identifier: Apache-2.0
#pragma once

// Convolutions with kFewOutputs outputs, of which a vector of outputs would be padding for the most
// part: vectors are of channels, and their lanes are added at the end.

#include "sdk/src/kernels/vectors/vector.hpp"

namespace sslhost::vectors {

namespace {

/// Neighbors in a row whose outputs fill one vector.
constexpr int kPixels = kLanes / kFewOutputs;

/// Lane i becomes the sum of the lanes of v[i]: halves change places, then quarters, and so on. The
/// size is a parameter, since of a variable the vectors would leave their registers.
template <int Size = kLanes / 2>
inline Vector added(Vector* v) {
  Lanes kept, moved;
#pragma GCC unroll 16
  for (int lane = 0; lane < kLanes; ++lane) {
    kept[lane] = lane & Size ? lane + kLanes : lane;
    moved[lane] = kept[lane] ^ Size;
  }
#pragma GCC unroll 8
  for (int i = 0; i < Size; ++i)
    v[i] = __builtin_shuffle(v[i], v[i + Size], kept) + __builtin_shuffle(v[i], v[i + Size], moved);
  if constexpr (Size > 1) return added<Size / 2>(v);
  return v[0];
}

void few_outputs(const FewOutputs& f) {
  Vector bias;
  for (int lane = 0; lane < kLanes; ++lane) bias[lane] = f.bias[lane % kFewOutputs];
  for (int64_t pixel = 0; pixel < f.pixels; pixel += kPixels) {
    Vector sums[kLanes] = {};
    const float* weights = f.weights;
    for (int64_t c = 0; c < f.channels; c += kLanes)
      for (int y = 0; y < 3; ++y) {
        const float* row = f.rows[y] + pixel * f.channels + c;
        Vector read[kPixels + 2];
#pragma GCC unroll 6
        for (int i = 0; i < kPixels + 2; ++i) read[i] = load(row + i * f.channels);
#pragma GCC unroll 12
        for (int tap = 0; tap < 3 * kFewOutputs; ++tap, weights += kLanes) {
          const Vector weight = load(weights);
#pragma GCC unroll 4
          for (int p = 0; p < kPixels; ++p)
            sums[p * kFewOutputs + tap % kFewOutputs] += read[p + tap / kFewOutputs] * weight;
        }
      }
    store(f.out + pixel * kFewOutputs, added(sums) + bias,
          first_lanes((f.pixels - pixel) * kFewOutputs));
  }
}

}  // namespace
}  // namespace sslhost::vectors
