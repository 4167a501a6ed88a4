// SPDX-License-Identifier: Apache-2.0
#include "residual_network.hpp"

#include <algorithm>

namespace sslhost::inference {

namespace {

Map new_map(int64_t height, int64_t width, int64_t channels, Floats& memory) {
  Map map = {memory.at_least((height + 2) * (width + 2) * channels), height, width, channels};
  std::fill_n(map.data, map.row(), 0.f);
  std::fill_n(map.at(height, -1), map.row(), 0.f);
  for (int64_t y = 0; y < height; ++y) {
    std::fill_n(map.at(y, -1), channels, 0.f);
    std::fill_n(map.at(y, width), channels, 0.f);
  }
  return map;
}

/// Of 3×3 by 2. The border takes part, which changes nothing: ReLU came before.
Map pooled(const Map& in, Floats& memory) {
  const Map out = new_map((in.height + 1) / 2, (in.width + 1) / 2, in.channels, memory);
  for (int64_t y = 0; y < out.height; ++y)
    for (int64_t x = 0; x < out.width; ++x) {
      float* to = out.at(y, x);
      std::copy_n(in.at(2 * y, 2 * x), in.channels, to);
      for (int64_t dy = -1; dy <= 1; ++dy)
        for (int64_t dx = -1; dx <= 1; ++dx) {
          const float* from = in.at(2 * y + dy, 2 * x + dx);
          for (int64_t c = 0; c < in.channels; ++c) to[c] = from[c] < to[c] ? to[c] : from[c];
        }
    }
  return out;
}

std::vector<Convolution> convolutions(const Path& path,
                                      const std::vector<ConvolutionWeights>& weights) {
  std::vector<Convolution> all;
  for (const auto& one : weights) all.emplace_back(path, one);
  return all;
}

int64_t outs_of(const ConvolutionWeights& one) {
  return static_cast<int64_t>(one.weights.bias.size());
}

}  // namespace

Map Convolution::run(const Path& path, const Source& in, const float* shortcut,
                     Floats& memory) const {
  const Map out = new_map(in.height, in.width, layer_.outs(), memory);
  for (const auto& stripe : layer_.stripes())
    for (int64_t y = 0; y < out.height; ++y) {
      const int64_t place = out.at(y, 0) - out.data + stripe.first;
      path.multiply({.in = in.data + y * in.row,
                     .in_pixel = in.pixel,
                     .taps = in.taps.data(),
                     .tap_count = static_cast<int64_t>(in.taps.size()),
                     .steps = layer_.steps() / static_cast<int64_t>(in.taps.size()),
                     .weights = layer_.weights(stripe),
                     .bias = layer_.bias(stripe),
                     .wide = stripe.wide,
                     .shortcut = shortcut ? shortcut + place : nullptr,
                     .out = out.data + place,
                     .out_pixel = out.channels,
                     .pixels = out.width,
                     .range = layer_.range()});
    }
  return out;
}

Map Convolution::run(const Path& path, const Map& in, const float* shortcut, Floats& memory) const {
  Source source = {.data = in.at(-padding_, -padding_),
                   .row = stride_ * in.row(),
                   .pixel = stride_ * in.channels,
                   .height = Window::centered(in.height, kernel_, stride_, padding_).out,
                   .width = Window::centered(in.width, kernel_, stride_, padding_).out,
                   .taps = {}};
  for (int64_t y = 0; y < kernel_; ++y)
    for (int64_t x = 0; x < kernel_; ++x) source.taps.push_back(y * in.row() + x * in.channels);
  return run(path, source, shortcut, memory);
}

Map Convolution::run(const Path& path, const Planes& image, Floats& padding, Floats& memory) const {
  const auto down = Window::centered(image.height, kernel_, stride_, padding_),
             across = Window::centered(image.width, kernel_, stride_, padding_);
  return run(path, padded(image, kernel_, stride_, down, across, padding), nullptr, memory);
}

ResidualNetwork::ResidualNetwork(const Path& path, const ResidualWeights& weights)
    : path_(path), stem_(path, weights.stem), pool_(weights.pool) {
  for (const auto& [layers, shortcut] : weights.blocks)
    blocks_.push_back({convolutions(path, layers), convolutions(path, shortcut)});
  const auto& stem = weights.stem;
  channels_ = static_cast<int64_t>(stem.weights.values.size()) / outs_of(stem) /
              (stem.kernel * stem.kernel);
  outs_ = outs_of(weights.blocks.back().layers.back());
}

void ResidualNetwork::features(const Planes& image, float* out, Scratch& scratch) const {
  auto& maps = scratch.maps;
  // Which of the maps hold the block's input and its result; two are for what lies between.
  int in = 0, result = 1;
  Map x = stem_.run(path_, image, scratch.image, maps[in]);
  if (pool_) {
    x = pooled(x, maps[result]);
    std::swap(in, result);
  }
  for (const auto& [layers, shortcut] : blocks_) {
    const float* added = x.data;
    if (!shortcut.empty()) added = shortcut.front().run(path_, x, nullptr, maps[result]).data;
    Map h = x;
    for (size_t i = 0; i + 1 < layers.size(); ++i)
      h = layers[i].run(path_, h, nullptr, maps[2 + i % 2]);
    x = layers.back().run(path_, h, added, maps[result]);
    std::swap(in, result);
  }
  std::fill_n(out, outs_, 0.f);
  for (int64_t y = 0; y < x.height; ++y)
    for (int64_t i = 0; i < x.width; ++i)
      for (int64_t c = 0; c < outs_; ++c) out[c] += x.at(y, i)[c];
  for (int64_t c = 0; c < outs_; ++c) out[c] /= static_cast<float>(x.height * x.width);
}

}  // namespace sslhost::inference
