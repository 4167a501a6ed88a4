// SPDX-License-Identifier: Apache-2.0
#pragma once

// The two inner loops of convolutional networks in inference, for each kind of processor: the same
// source (loops.hpp), compiled for vectors of another length. Pixels are rows of channels (NHWC).

#include <cstdint>

namespace sslhost::inference {

constexpr int64_t kMostKernel = 5;  ///< pixels, of a filter
constexpr int64_t kMostWide = 3;    ///< vectors, of a stripe of channels

/// Results are clamped to it.
struct Range {
  float low, high;
};

/// A run of pixels of a convolution, for a stripe of its outputs:
///   out[pixel][o] = clamp(bias[o] + Σ_tap Σ_step in[pixel][taps[tap] + step] ·
///   weight[tap][step][o]
///                         + shortcut[pixel][o])
/// The sum runs in the order of taps and steps, so that the bits of a pixel are the same however
/// pixels are cut into runs.
struct Product {
  const float* in;
  int64_t in_pixel;     ///< floats between neighbors
  const int64_t* taps;  ///< [tap_count] offsets
  int64_t tap_count, steps;
  const float* weights;             ///< [tap_count][steps][wide vectors]
  const float* bias;                ///< [wide vectors]
  int64_t wide;                     ///< vectors, up to kMostWide
  const float* shortcut = nullptr;  ///< as far apart as `out`; null: none
  float* out = nullptr;
  int64_t out_pixel = 0, pixels = 0;
  Range range = {};
};

/// A row of pixels of a convolution whose channels each have a filter of their own, for a stripe of
/// them:  out[pixel][c] = clamp(bias[c] + Σ rows[y][pixel · stride + x][c] · weight[y][x][c])
struct Filter {
  const float* rows[kMostKernel];  ///< `kernel` of them, padding included
  int64_t kernel, stride;          ///< 3 or 5; 1 or 2
  const float* weights;  ///< [kernel][kernel][wide vectors], as far apart as the pixels of rows
  const float* bias;
  int64_t wide;
  float* out;
  int64_t out_pixel, pixels;
  Range range;
};

struct Path {
  const char* name;
  int64_t lanes;  ///< floats in a vector
  void (*multiply)(const Product&);
  void (*filter)(const Filter&);
};

extern const Path kAvx512, kAvx2, kPlain;

}  // namespace sslhost::inference
