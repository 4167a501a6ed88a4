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

/// The image with its padding, and what the stem reads of it for each pixel.
Source LiteNetwork::stem(const float* image, int64_t height, int64_t width,
                         Scratch& scratch) const {
  const Same down(height, kStem, kStemStride), across(width, kStem, kStemStride);
  const int64_t plane = down.padded * across.padded;
  float* padded = scratch.image.at_least(channels_ * plane);
  std::fill_n(padded, channels_ * plane, 0.f);
  for (int64_t c = 0; c < channels_; ++c)
    for (int64_t y = 0; y < height; ++y)
      std::copy_n(image + (c * height + y) * width, width,
                  padded + c * plane + (y + down.before) * across.padded + across.before);
  Source source = {.data = padded,
                   .row = kStemStride * across.padded,
                   .pixel = kStemStride,
                   .height = down.out,
                   .width = across.out,
                   .taps = {}};
  for (int64_t c = 0; c < channels_; ++c)
    for (int64_t y = 0; y < kStem; ++y)
      for (int64_t x = 0; x < kStem; ++x) source.taps.push_back(c * plane + y * across.padded + x);
  return source;
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

void LiteNetwork::features(const float* image, int64_t height, int64_t width, float* out,
                           Scratch& scratch) const {
  auto source = stem(image, height, width, scratch);
  int next = 0;
  for (const auto& [block, shortcut] : steps_) {
    const Same down = block.rows(source), across = block.columns(source);
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
