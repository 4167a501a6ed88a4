// SPDX-License-Identifier: Apache-2.0
#pragma once

// The loops of path.hpp. Whoever includes this has defined, in an unnamed namespace, kLanes, the
// floats in a vector, and kRows, the pixels whose sums stay in registers. Nothing here leaves the
// including file, and nothing inline of other headers may be used: the linker keeps any one copy
// of an inline function, and one with AVX-512 in it would stop other processors.

#include "sdk/src/kernels/inference/path.hpp"

namespace sslhost::inference {
namespace {

using Vector [[gnu::vector_size(4 * kLanes)]] = float;

inline Vector load(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, const Vector& v) { __builtin_memcpy(to, &v, sizeof v); }

/// In this order of operands what is no number stays none.
inline Vector clamped(const Vector& v, const Range& range) {
  const Vector low = Vector{} + range.low, high = Vector{} + range.high;
  const Vector raised = low > v ? low : v;
  return high < raised ? high : raised;
}

template <int Rows, int Wide>
void multiply_block(const Product& p, int64_t pixel) {
  Vector sums[Rows][Wide];
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < Wide; ++j) sums[i][j] = load(p.bias + j * kLanes);
  const float *weights = p.weights, *in = p.in + pixel * p.in_pixel;
  for (int64_t tap = 0; tap < p.tap_count; ++tap) {
    const float* a = in + p.taps[tap];
    for (int64_t s = 0; s < p.steps; ++s, ++a, weights += Wide * kLanes) {
      Vector right[Wide];
#pragma GCC unroll 3
      for (int j = 0; j < Wide; ++j) right[j] = load(weights + j * kLanes);
#pragma GCC unroll 8
      for (int i = 0; i < Rows; ++i) {
        const float factor = a[i * p.in_pixel];
#pragma GCC unroll 3
        for (int j = 0; j < Wide; ++j) sums[i][j] += factor * right[j];
      }
    }
  }
  float* out = p.out + pixel * p.out_pixel;
  const float* shortcut = p.shortcut ? p.shortcut + pixel * p.out_pixel : nullptr;
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < Wide; ++j) {
      if (shortcut) sums[i][j] += load(shortcut + i * p.out_pixel + j * kLanes);
      store(out + i * p.out_pixel + j * kLanes, clamped(sums[i][j], p.range));
    }
}

/// The block for a number of pixels that is known only now.
template <int Wide, int Rows = kRows>
void multiply_rows(const Product& p, int64_t rows, int64_t pixel) {
  if constexpr (Rows > 0) {
    if (rows == Rows)
      multiply_block<Rows, Wide>(p, pixel);
    else
      multiply_rows<Wide, Rows - 1>(p, rows, pixel);
  }
}

void multiply(const Product& p) {
  const int64_t blocks = (p.pixels + kRows - 1) / kRows;
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t pixel = block * p.pixels / blocks, rows = (block + 1) * p.pixels / blocks - pixel;
    if (p.wide == 3)
      multiply_rows<3>(p, rows, pixel);
    else if (p.wide == 2)
      multiply_rows<2>(p, rows, pixel);
    else
      multiply_rows<1>(p, rows, pixel);
  }
}

/// `Pixels` of a row for the vector of channels at `channel`.
template <int Kernel, int Stride, int Pixels>
void filter_block(const Filter& f, int64_t channel, int64_t pixel) {
  constexpr int kRead = (Pixels - 1) * Stride + Kernel;
  const int64_t step = f.wide * kLanes;
  Vector sums[Pixels];
#pragma GCC unroll 8
  for (int i = 0; i < Pixels; ++i) sums[i] = load(f.bias + channel);
  const float* weights = f.weights + channel;
#pragma GCC unroll 1
  for (int y = 0; y < Kernel; ++y) {
    const float* row = f.rows[y] + pixel * Stride * step + channel;
    Vector read[kRead];
#pragma GCC unroll 20
    for (int i = 0; i < kRead; ++i) read[i] = load(row + i * step);
#pragma GCC unroll 5
    for (int x = 0; x < Kernel; ++x, weights += step) {
      const Vector weight = load(weights);
#pragma GCC unroll 8
      for (int i = 0; i < Pixels; ++i) sums[i] += read[i * Stride + x] * weight;
    }
  }
  float* out = f.out + pixel * f.out_pixel + channel;
#pragma GCC unroll 8
  for (int i = 0; i < Pixels; ++i) store(out + i * f.out_pixel, clamped(sums[i], f.range));
}

template <int Kernel, int Stride, int Pixels = kRows>
void filter_pixels(const Filter& f, int64_t count, int64_t channel, int64_t pixel) {
  if constexpr (Pixels > 0) {
    if (count == Pixels)
      filter_block<Kernel, Stride, Pixels>(f, channel, pixel);
    else
      filter_pixels<Kernel, Stride, Pixels - 1>(f, count, channel, pixel);
  }
}

template <int Kernel, int Stride>
void filter_row(const Filter& f) {
  const int64_t blocks = (f.pixels + kRows - 1) / kRows;
  for (int64_t vector = 0; vector < f.wide; ++vector)
    for (int64_t block = 0; block < blocks; ++block) {
      const int64_t pixel = block * f.pixels / blocks;
      filter_pixels<Kernel, Stride>(f, (block + 1) * f.pixels / blocks - pixel, vector * kLanes,
                                    pixel);
    }
}

void filter(const Filter& f) {
  if (f.kernel == 3)
    f.stride == 1 ? filter_row<3, 1>(f) : filter_row<3, 2>(f);
  else
    f.stride == 1 ? filter_row<5, 1>(f) : filter_row<5, 2>(f);
}

}  // namespace
}  // namespace sslhost::inference
