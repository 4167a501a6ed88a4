// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sdk/src/kernels/vectors/vector.hpp"

namespace sslhost::vectors {

namespace {

// A tile is a product of two polynomials, known by its values at 0, 1, −1, 2, −2 and ∞ (Lavin &
// Gray 2016, arXiv:1509.09308v2, section 4.3; theirs are F(4×4, 3×3), with 4×4 kernels the same
// points give F(3×3, 4×4)). Each transform is one of three functions on one side, applied to both.

/// Values of the polynomial with N coefficients, at ∞ the last one: A, and G without its factors.
template <int N>
void evaluate(const Vector* in, int step, Vector* out) {
  Vector even = in[0], odd = in[step], even2 = in[0], odd2 = 2 * in[step];
  if constexpr (N > 2) {
    even += in[2 * step];
    even2 += 4 * in[2 * step];
  }
  if constexpr (N > 3) {
    odd += in[3 * step];
    odd2 += 8 * in[3 * step];
  }
  out[0] = in[0];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = even2 + odd2;
  out[4] = even2 - odd2;
  out[5] = in[(N - 1) * step];
}

/// The transpose of evaluate(): Aᵀ, and Gᵀ without its factors.
template <int N>
void combine(const Vector* in, int step, Vector* out) {
  const Vector even = in[step] + in[2 * step], odd = in[step] - in[2 * step],
               even2 = in[3 * step] + in[4 * step], odd2 = in[3 * step] - in[4 * step];
  out[0] = in[0] + even + even2;
  out[1] = odd + 2 * odd2;
  if constexpr (N > 2) out[2] = even + 4 * even2;
  if constexpr (N > 3) out[3] = odd + 8 * odd2;
  out[N - 1] += in[5 * step];
}

/// Bᵀ.
void interpolate(const Vector* in, int step, Vector* out) {
  const Vector a = in[4 * step] - 4 * in[2 * step], b = in[3 * step] - 4 * in[step],
               c = in[4 * step] - in[2 * step], d = 2 * (in[3 * step] - in[step]);
  out[0] = 4 * in[0] - 5 * in[2 * step] + in[4 * step];
  out[1] = a + b;
  out[2] = a - b;
  out[3] = c + d;
  out[4] = c - d;
  out[5] = 4 * in[step] - 5 * in[3 * step] + in[5 * step];
}

constexpr float kFactor[kSide] = {1.F / 4, -1.F / 6, -1.F / 6, 1.F / 24, 1.F / 24, 1.F};

/// Samples from..from+Side of both sides, zeros outside.
template <int Side>
void read_tile(const Plane& image, Corner corner, int64_t channel, Vector* tile) {
  const Mask mask = first_lanes(image.channels - channel);
  for (int i = 0; i < Side; ++i) {
    const int64_t y = corner.y + i;
    const float* row = image.data + (y * image.width + corner.x) * image.channels + channel;
    const bool inside = y >= 0 && y < image.height;
#pragma GCC unroll 6
    for (int j = 0; j < Side; ++j) {
      const int64_t x = corner.x + j;
      tile[i * Side + j] =
          inside && x >= 0 && x < image.width ? load(row + j * image.channels, mask) : Vector{};
    }
  }
}

template <int N>
void transform_gradient(const Plane& gradient, Corner corner, float* out, int64_t stride) {
  for (int64_t c = 0; c < gradient.channels; c += kLanes) {
    Vector tile[N * N], half[N * kSide], row[kSide];
    read_tile<N>(gradient, corner, c, tile);
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) evaluate<N>(tile + i * N, 1, half + i * kSide);
#pragma GCC unroll 6
    for (int j = 0; j < kSide; ++j) {
      evaluate<N>(half + j, kSide, row);
#pragma GCC unroll 6
      for (int i = 0; i < kSide; ++i) store(out + (i * kSide + j) * stride + c, row[i]);
    }
  }
}

template <int R>
void transform_weights(const float* w, int64_t outs, int64_t ins, bool flipped, float* out) {
  // Neighbors of the innermost axis of `out` in a vector.
  const int64_t outer = flipped ? outs : ins, inner = flipped ? ins : outs;
  const int64_t outer_step = (flipped ? ins : 1) * R * R, inner_step = (flipped ? 1 : ins) * R * R;
  for (int64_t i = 0; i < outer; ++i) {
    for (int64_t j = 0; j < inner; j += kLanes) {
      Vector taps[R * R] = {}, half[R * kSide], row[kSide];
      for (int lane = 0; lane < kLanes && j + lane < inner; ++lane) {
        const float* from = w + i * outer_step + (j + lane) * inner_step;
        for (int t = 0; t < R * R; ++t) taps[t][lane] = from[flipped ? R * R - 1 - t : t];
      }
      for (int y = 0; y < R; ++y) evaluate<R>(taps + y * R, 1, half + y * kSide);
      for (int x = 0; x < kSide; ++x) {
        evaluate<R>(half + x, kSide, row);
        for (int y = 0; y < kSide; ++y)
          store(out + ((y * kSide + x) * outer + i) * padded(inner, kLanes) + j,
                row[y] * (kFactor[x] * kFactor[y]));
      }
    }
  }
}

template <int N>
void write_samples(const float* m, int64_t stride, const float* bias, const Plane& shape,
                   Corner corner, float* out) {
  const auto inside = [](int64_t from, int64_t end) {
    return from + N <= end ? N : static_cast<int>(end - from);
  };
  const int rows = inside(corner.y, shape.height), columns = inside(corner.x, shape.width);
  for (int64_t c = 0; c < shape.channels; c += kLanes) {
    Vector half[kSide * N], column[kSide], sums[N];
#pragma GCC unroll 6
    for (int j = 0; j < kSide; ++j) {
#pragma GCC unroll 6
      for (int i = 0; i < kSide; ++i) column[i] = load(m + (i * kSide + j) * stride + c);
      combine<N>(column, 1, sums);
#pragma GCC unroll 4
      for (int i = 0; i < N; ++i) half[i * kSide + j] = sums[i];
    }
    const Mask mask = first_lanes(shape.channels - c);
    const Vector shift = bias ? load(bias + c, mask) : Vector{};
    for (int i = 0; i < rows; ++i) {
      combine<N>(half + i * kSide, 1, sums);
      float* to = out + ((corner.y + i) * shape.width + corner.x) * shape.channels + c;
      for (int j = 0; j < columns; ++j) store(to + j * shape.channels, sums[j] + shift, mask);
    }
  }
}

template <int R>
void write_weights(const float* u, int64_t outs, int64_t ins, float* w) {
  for (int64_t i = 0; i < ins; ++i) {
    for (int64_t o = 0; o < outs; o += kLanes) {
      Vector half[kSide * R], column[kSide], taps[R];
      for (int x = 0; x < kSide; ++x) {
        for (int y = 0; y < kSide; ++y)
          column[y] = load(u + ((y * kSide + x) * ins + i) * padded(outs, kLanes) + o) *
                      (kFactor[x] * kFactor[y]);
        combine<R>(column, 1, taps);
        for (int y = 0; y < R; ++y) half[y * kSide + x] = taps[y];
      }
      for (int y = 0; y < R; ++y) {
        combine<R>(half + y * kSide, 1, taps);
        for (int x = 0; x < R; ++x)
          for (int lane = 0; lane < kLanes && o + lane < outs; ++lane)
            w[((o + lane) * ins + i) * R * R + y * R + x] = taps[x][lane];
      }
    }
  }
}

void transform_samples(const Plane& image, Corner corner, float* out, int64_t stride) {
  for (int64_t c = 0; c < image.channels; c += kLanes) {
    Vector tile[kPoints], half[kPoints], row[kSide];
    read_tile<kSide>(image, corner, c, tile);
#pragma GCC unroll 6
    for (int i = 0; i < kSide; ++i) interpolate(tile + i * kSide, 1, half + i * kSide);
#pragma GCC unroll 6
    for (int j = 0; j < kSide; ++j) {
      interpolate(half + j, kSide, row);
#pragma GCC unroll 6
      for (int i = 0; i < kSide; ++i) store(out + (i * kSide + j) * stride + c, row[i]);
    }
  }
}

void transform_gradient(int kernel, const Plane& gradient, Corner corner, float* out,
                        int64_t stride) {
  kernel == 3 ? transform_gradient<4>(gradient, corner, out, stride)
              : transform_gradient<3>(gradient, corner, out, stride);
}

void transform_weights(int kernel, const float* w, int64_t outs, int64_t ins, bool flipped,
                       float* out) {
  kernel == 3 ? transform_weights<3>(w, outs, ins, flipped, out)
              : transform_weights<4>(w, outs, ins, flipped, out);
}

void write_samples(int kernel, const float* m, int64_t stride, const float* bias,
                   const Plane& shape, Corner corner, float* out) {
  kernel == 3 ? write_samples<4>(m, stride, bias, shape, corner, out)
              : write_samples<3>(m, stride, bias, shape, corner, out);
}

void write_weights(int kernel, const float* u, int64_t outs, int64_t ins, float* w) {
  kernel == 3 ? write_weights<3>(u, outs, ins, w) : write_weights<4>(u, outs, ins, w);
}

}  // namespace
}  // namespace sslhost::vectors
