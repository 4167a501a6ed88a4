// SPDX-License-Identifier: Apache-2.0
#pragma once

// The features of an EfficientNet-Lite. A picture's are the same bits whatever was computed before.

#include <vector>

#include "sdk/src/kernels/inference/inverted_block.hpp"

namespace sslhost::inference {

struct BlockWeights {
  Weights expand;  ///< of the first block the stem: 3×3 by 2 from the image, [outs][channel][y][x]
  Weights filter;  ///< [channels][kernel²]
  Weights project;
  int64_t kernel, stride;
  bool shortcut;
};

struct LiteWeights {
  std::vector<BlockWeights> blocks;
  Weights head;
};

class LiteNetwork {
 public:
  using Scratch = inference::Scratch;

  LiteNetwork(const Path& path, const LiteWeights& weights);

  int64_t channels() const { return channels_; }
  int64_t outs() const { return outs_; }
  /// -> means of the head's channels over all pixels [outs].
  void features(const Planes& image, float* out, Scratch& scratch) const;

 private:
  void head(const float* pixels, int64_t count, float* out, Scratch& scratch) const;

  struct Step {
    InvertedBlock block;
    bool shortcut;
  };
  const Path& path_;
  std::vector<Step> steps_;
  Layer head_;
  int64_t channels_, outs_;
};

}  // namespace sslhost::inference
