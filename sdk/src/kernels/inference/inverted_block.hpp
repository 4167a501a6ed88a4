// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wider by a convolution, a filter for each channel, narrower by a 1×1: in tiles of a few rows, so
// that the wide pixels never leave the caches.

#include "sdk/src/kernels/inference/layer.hpp"
#include "sdk/src/kernels/inference/window.hpp"

namespace sslhost::inference {

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
  Window rows(const Source& in) const { return Window::same(in.height, kernel_, stride_); }
  Window columns(const Source& in) const { return Window::same(in.width, kernel_, stride_); }

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
