// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wider by a convolution, a filter for each channel, narrower by a 1×1: in tiles of a few rows, so
// that the wide pixels never leave the caches.

#include <vector>

#include "sdk/src/kernels/inference/layer.hpp"

namespace sslhost::inference {

/// What a convolution reads: the pixel (y,x) of its output begins at data + y · row + x · pixel.
struct Source {
  const float* data;
  int64_t row, pixel;
  int64_t height, width;      ///< of the output
  std::vector<int64_t> taps;  ///< see Product
};

/// TensorFlow's padding SAME along one axis: ⌈size / stride⌉ pixels, an odd one comes last.
struct Same {
  Same(int64_t size, int64_t kernel, int64_t stride)
      : out((size + stride - 1) / stride),
        padded((out - 1) * stride + kernel),
        before((padded > size ? padded - size : 0) / 2) {}
  int64_t out, padded, before;
};

/// Memory for the work on one picture at a time; a thread has its own.
struct Scratch {
  Floats image, wide, zeros, filtered, pixels[2];
};

class InvertedBlock {
 public:
  InvertedBlock(Layer expand, Layer filter, Layer project, int64_t kernel, int64_t stride)
      : expand_(std::move(expand)),
        filter_(std::move(filter)),
        project_(std::move(project)),
        kernel_(kernel),
        stride_(stride) {}

  int64_t outs() const { return project_.outs(); }
  Same rows(const Source& in) const { return {in.height, kernel_, stride_}; }
  Same columns(const Source& in) const { return {in.width, kernel_, stride_}; }

  /// `shortcut`, null where there is none, is added; both are pixels of outs() channels.
  void run(const Path& path, const Source& in, const float* shortcut, float* out,
           Scratch& scratch) const;

 private:
  struct Tiles;
  void expand(const Path& path, const Source& in, const Tiles& tiles, const Stripe& stripe,
              int64_t first, int64_t end) const;
  void filter(const Path& path, const Source& in, const Tiles& tiles, const Stripe& stripe,
              int64_t first, int64_t end) const;

  Layer expand_, filter_, project_;
  int64_t kernel_, stride_;
};

}  // namespace sslhost::inference
