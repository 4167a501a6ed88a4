// SPDX-License-Identifier: Apache-2.0
#pragma once

// The transforms of kernels/winograd.cpp. All float32, channels innermost. Points are padded to
// whole vectors of channels, with zeros.

#include <cstdint>

namespace sslhost::avx512 {

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

/// Bᵀ d B of the 6×6 samples from `corner` on, zeros outside of the image; point p of channel c
/// goes to out[p * stride + c].
void transform_samples(const Plane& image, Corner corner, float* out, int64_t stride);

/// A g Aᵀ of (7 − kernel)² samples of a gradient, likewise.
void transform_gradient(int kernel, const Plane& gradient, Corner corner, float* out,
                        int64_t stride);

/// G w Gᵀ: out[p][in][out_channel] of weights w[out_channel][in][kernel][kernel]; `flipped` for the
/// gradient of the input: out[p][out_channel][in] of the kernels turned by 180°. The last axis is
/// padded.
void transform_weights(int kernel, const float* w, int64_t outs, int64_t ins, bool flipped,
                       float* out);

/// Aᵀ m A + bias, of the points m[p * stride + c], into what of the (7 − kernel)² samples lies
/// inside of the image at `out`. `bias` may be null.
void write_samples(int kernel, const float* m, int64_t stride, const float* bias,
                   const Plane& shape, Corner corner, float* out);

/// Gᵀ u G: w[out][in][kernel][kernel] of u[p][in][out], the last axis padded.
void write_weights(int kernel, const float* u, int64_t outs, int64_t ins, float* w);

}  // namespace sslhost::avx512
