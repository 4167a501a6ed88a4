// SPDX-License-Identifier: Apache-2.0
#pragma once

// The features of a residual network of convolutions, for the same bits as LiteNetwork's.

#include <vector>

#include "sdk/src/kernels/inference/layer.hpp"
#include "sdk/src/kernels/inference/window.hpp"

namespace sslhost::inference {

/// As many pixels of padding on both sides.
struct ConvolutionWeights {
  Weights weights;  ///< [outs][y][x][ins]
  int64_t kernel, stride, padding;
};

struct ResidualBlockWeights {
  /// The last one's results are clamped with the shortcut added.
  std::vector<ConvolutionWeights> layers;
  std::vector<ConvolutionWeights> shortcut;  ///< one, or none: the block's input itself
};

struct ResidualWeights {
  ConvolutionWeights stem;  ///< [outs][channel][y][x]
  bool pool;                ///< maxima of 3×3 by 2 behind the stem
  std::vector<ResidualBlockWeights> blocks;
};

/// Pixels of channels with a border of zeros, one pixel wide.
struct Map {
  float* data = nullptr;
  int64_t height = 0, width = 0, channels = 0;
  int64_t row() const { return (width + 2) * channels; }
  float* at(int64_t y, int64_t x) const { return data + (y + 1) * row() + (x + 1) * channels; }
};

class Convolution {
 public:
  Convolution(const Path& path, const ConvolutionWeights& weights)
      : layer_(path, weights.weights),
        kernel_(weights.kernel),
        stride_(weights.stride),
        padding_(weights.padding) {}

  /// `shortcut`, which may be the result's own memory, is added; null: none.
  Map run(const Path& path, const Map& in, const float* shortcut, Floats& memory) const;
  Map run(const Path& path, const Planes& image, Floats& padding, Floats& memory) const;

 private:
  Map run(const Path& path, const Source& in, const float* shortcut, Floats& memory) const;

  Layer layer_;
  int64_t kernel_, stride_, padding_;
};

class ResidualNetwork {
 public:
  /// Memory for the work on one picture at a time; a thread has its own.
  struct Scratch {
    Floats image, maps[4];
  };

  ResidualNetwork(const Path& path, const ResidualWeights& weights);

  int64_t channels() const { return channels_; }
  int64_t outs() const { return outs_; }
  /// -> means of the last block's channels over all pixels [outs].
  void features(const Planes& image, float* out, Scratch& scratch) const;

 private:
  struct Block {
    std::vector<Convolution> layers, shortcut;
  };
  const Path& path_;
  Convolution stem_;
  bool pool_;
  std::vector<Block> blocks_;
  int64_t channels_, outs_;
};

}  // namespace sslhost::inference
