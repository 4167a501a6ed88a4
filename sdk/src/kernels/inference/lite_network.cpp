// SPDX-License-Identifier: Apache-2.0
#include "lite_network.hpp"

#include <algorithm>

namespace sslhost::inference {

namespace {

constexpr int64_t kStem = 3, kStemStride = 2;  // pixels: kernel and stride

}  // namespace

LiteNetwork::LiteNetwork(const Path& path, const LiteWeights& weights)
    : path_(path), head_(path, weights.head) {
  for (const auto& [expand, filter, project, kernel, stride, shortcut] : weights.blocks) {
    steps_.push_back(
        {InvertedBlock({path, expand}, {path, filter}, {path, project}, kernel, stride), shortcut});
  }
  const auto& stem = weights.blocks.front().expand;
  channels_ = static_cast<int64_t>(stem.values.size() / stem.bias.size()) / (kStem * kStem);
  outs_ = static_cast<int64_t>(weights.head.bias.size());
}

void LiteNetwork::head(const float* pixels, int64_t count, float* out, Scratch& scratch) const {
  const int64_t tap = 0;
  const int64_t in_pixel = steps_.back().block.outs();
  for (const auto& stripe : head_.stripes()) {
    const int64_t wide = stripe.wide * path_.lanes;
    float* results = scratch.filtered.at_least(count * wide);
    path_.multiply({.in = pixels,
                    .in_pixel = in_pixel,
                    .taps = &tap,
                    .tap_count = 1,
                    .steps = head_.steps(),
                    .weights = head_.weights(stripe),
                    .bias = head_.bias(stripe),
                    .wide = stripe.wide,
                    .out = results,
                    .out_pixel = wide,
                    .pixels = count,
                    .range = head_.range()});
    const int64_t outs = std::min(wide, outs_ - stripe.first);
    float* sums = out + stripe.first;
    std::copy_n(results, outs, sums);
    for (int64_t i = 1; i < count; ++i)
      for (int64_t o = 0; o < outs; ++o) sums[o] += results[i * wide + o];
    for (int64_t o = 0; o < outs; ++o) sums[o] /= static_cast<float>(count);
  }
}

void LiteNetwork::features(const Planes& image, float* out, Scratch& scratch) const {
  auto source = padded(image, kStem, kStemStride, Window::same(image.height, kStem, kStemStride),
                       Window::same(image.width, kStem, kStemStride), scratch.image);
  int next = 0;
  for (const auto& [block, shortcut] : steps_) {
    const Window down = block.rows(source), across = block.columns(source);
    float* to = scratch.pixels[next].at_least(down.out * across.out * block.outs());
    block.run(path_, source, shortcut ? source.data : nullptr, to, scratch);
    source = {.data = to,
              .row = across.out * block.outs(),
              .pixel = block.outs(),
              .height = down.out,
              .width = across.out,
              .taps = {0}};
    next = 1 - next;
  }
  head(source.data, source.height * source.width, out, scratch);
}

}  // namespace sslhost::inference
