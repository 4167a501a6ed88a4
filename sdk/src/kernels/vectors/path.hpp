// SPDX-License-Identifier: Apache-2.0
#pragma once

// Products of matrices and the transforms of kernels/winograd.cpp, on one thread, for each kind of
// processor: the same source (product_loops.hpp, winograd_loops.hpp), compiled for vectors of
// another length. All float32, channels innermost, padded with zeros to whole vectors.

#include <cstdint>

namespace sslhost::vectors {

/// c[row][column] = Σ_s a[row * a_row + s * a_step] · b[s * b_step + column] (+ bias[column]), or
/// with `add` a sum onto c; rows of c are `c_row` apart. The sum runs over the steps in their
/// order, so however a product is cut into rows and columns, its bits are the same.
/// b is read in whole vectors: each of its rows has columns up to the next multiple of them.
struct Product {
  const float* a;
  int64_t a_row, a_step;
  const float* b;
  int64_t b_step;
  float* c;
  int64_t c_row, rows, columns, steps;
  const float* bias = nullptr;
  bool add = false;
};

/// What a product best has at hand of b, a stripe of columns for a run of steps, stays in a core's
/// caches: 96 KiB.
constexpr int64_t kStripe = 48, kRun = 512;

/// Samples along a tile's side, and points at which polynomials are evaluated.
constexpr int kSide = 6;
constexpr int kPoints = kSide * kSide;

/// Images [N,height,width,channels], of which one is at `data`.
struct Plane {
  const float* data;
  int64_t height, width, channels;
};

/// Where a tile begins in its image; may lie outside.
struct Corner {
  int64_t y, x;
};

/// A row of a convolution 3×3 with kFewOutputs outputs:
///   out[pixel][o] = bias[o] + Σ rows[y][pixel + x][c] · weights[c / lanes][y][x][o][c % lanes]
/// Channels are whole vectors; a vector of pixels more than `pixels` + 2 is read.
constexpr int kFewOutputs = 4;
struct FewOutputs {
  const float* rows[3];
  int64_t channels;
  const float *weights, *bias;
  float* out;
  int64_t pixels;
};

struct Path {
  const char* name;
  int64_t lanes;  ///< floats in a vector

  void (*multiply)(const Product& product);
  /// Columns and steps of a matrix, `column` and `step` apart of which one is 1, as rows of columns
  /// `to_step` apart. Columns up to the next multiple of `lanes` become 0.
  void (*pack)(const float* from, int64_t column, int64_t step, int64_t columns, int64_t steps,
               float* to, int64_t to_step);

  void (*few_outputs)(const FewOutputs& row);

  /// Bᵀ d B of the 6×6 samples from `corner` on, zeros outside of the image; point p of channel c
  /// goes to out[p * stride + c].
  void (*transform_samples)(const Plane& image, Corner corner, float* out, int64_t stride);
  /// A g Aᵀ of (7 − kernel)² samples of a gradient, likewise.
  void (*transform_gradient)(int kernel, const Plane& gradient, Corner corner, float* out,
                             int64_t stride);
  /// G w Gᵀ: out[p][in][out_channel] of weights w[out_channel][in][kernel][kernel]; `flipped` for
  /// the gradient of the input: out[p][out_channel][in] of the kernels turned by 180°. The last
  /// axis is padded.
  void (*transform_weights)(int kernel, const float* w, int64_t outs, int64_t ins, bool flipped,
                            float* out);
  /// Aᵀ m A + bias, of the points m[p * stride + c], into what of the (7 − kernel)² samples lies
  /// inside of the image at `out`. `bias` may be null.
  void (*write_samples)(int kernel, const float* m, int64_t stride, const float* bias,
                        const Plane& shape, Corner corner, float* out);
  /// Gᵀ u G: w[out][in][kernel][kernel] of u[p][in][out], the last axis padded.
  void (*write_weights)(int kernel, const float* u, int64_t outs, int64_t ins, float* w);
};

extern const Path kAvx512, kAvx2;

/// In whole vectors. Static: see vector.hpp about inline functions.
static constexpr int64_t padded(int64_t columns, int64_t lanes) {
  return (columns + lanes - 1) / lanes * lanes;
}

}  // namespace sslhost::vectors
