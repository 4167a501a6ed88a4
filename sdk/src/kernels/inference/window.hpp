// SPDX-License-Identifier: Apache-2.0
#pragma once

// What convolutions read: padding, and places.

#include <cstdint>
#include <vector>

#include "sdk/src/kernels/inference/floats.hpp"

namespace sslhost::inference {

/// One axis of a convolution: pixels of its output, of its padded input, and of the padding before.
struct Window {
  int64_t out, padded, before;

  /// TensorFlow's padding SAME: ⌈size / stride⌉ pixels, an odd one of the padding comes last.
  static Window same(int64_t size, int64_t kernel, int64_t stride) {
    const int64_t out = (size + stride - 1) / stride, padded = (out - 1) * stride + kernel;
    return {out, padded, (padded > size ? padded - size : 0) / 2};
  }
  /// As many on both sides.
  static Window centered(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
    return {(size + 2 * padding - kernel) / stride + 1, size + 2 * padding, padding};
  }
};

/// The pixel (y,x) of a convolution's output begins at data + y · row + x · pixel of its input.
struct Source {
  const float* data;
  int64_t row, pixel;
  int64_t height, width;      ///< of the output
  std::vector<int64_t> taps;  ///< see Product
};

/// image [channels][height][width]
struct Planes {
  const float* data;
  int64_t channels, height, width;
};

/// A copy of an image with its padding, to be read by a convolution with weights
/// [outs][channel][y][x].
Source padded(const Planes& image, int64_t kernel, int64_t stride, const Window& down,
              const Window& across, Floats& memory);

}  // namespace sslhost::inference
