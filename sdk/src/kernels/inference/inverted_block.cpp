// SPDX-License-Identifier: Apache-2.0
#include "inverted_block.hpp"

#include <algorithm>

namespace sslhost::inference {

namespace {

/// Pixels of a tile: enough that weights are read seldom, few enough for the second cache.
constexpr int64_t kPixels = 196;

}  // namespace

/// The wide pixels of a tile, as rows in a ring: row y lies at y mod ring, and those that two tiles
/// need are computed once.
struct InvertedBlock::Tiles {
  Window down, across;
  int64_t height;  ///< output rows of a tile
  int64_t ring;
  float *wide, *filtered;
  const float* zeros;

  float* row(const Stripe& stripe, int64_t lanes, int64_t y) const {
    return wide + (stripe.first * ring + y % ring * stripe.wide * lanes) * across.padded;
  }
};

void InvertedBlock::expand(const Path& path, const Source& in, const Tiles& tiles,
                           const Stripe& stripe, int64_t first, int64_t end) const {
  const int64_t pixel = stripe.wide * path.lanes;
  Product product = {.in = nullptr,
                     .in_pixel = in.pixel,
                     .taps = in.taps.data(),
                     .tap_count = static_cast<int64_t>(in.taps.size()),
                     .steps = expand_.steps() / static_cast<int64_t>(in.taps.size()),
                     .weights = expand_.weights(stripe),
                     .bias = expand_.bias(stripe),
                     .wide = stripe.wide,
                     .out_pixel = pixel,
                     .pixels = in.width,
                     .range = expand_.range()};
  for (int64_t y = first; y < end; ++y) {
    float* row = tiles.row(stripe, path.lanes, y);
    product.in = in.data + y * in.row;
    product.out = row + tiles.across.before * pixel;
    path.multiply(product);
    std::fill(row, product.out, 0.f);
    std::fill(product.out + in.width * pixel, row + tiles.across.padded * pixel, 0.f);
  }
}

void InvertedBlock::filter(const Path& path, const Source& in, const Tiles& tiles,
                           const Stripe& stripe, int64_t first, int64_t end) const {
  Filter filter = {.rows = {},
                   .kernel = kernel_,
                   .stride = stride_,
                   .weights = filter_.weights(stripe),
                   .bias = filter_.bias(stripe),
                   .wide = stripe.wide,
                   .out = tiles.filtered + stripe.first,
                   .out_pixel = filter_.outs(),
                   .pixels = tiles.across.out,
                   .range = filter_.range()};
  for (int64_t row = first; row < end; ++row, filter.out += tiles.across.out * filter_.outs()) {
    for (int64_t k = 0; k < kernel_; ++k) {
      const int64_t y = row * stride_ - tiles.down.before + k;
      filter.rows[k] = y >= 0 && y < in.height ? tiles.row(stripe, path.lanes, y) : tiles.zeros;
    }
    path.filter(filter);
  }
}

void InvertedBlock::run(const Path& path, const Source& in, const float* shortcut, float* out,
                        Scratch& scratch) const {
  const Window down = rows(in), across = columns(in);
  const int64_t wanted = (kPixels + across.out - 1) / across.out,
                count = std::max<int64_t>(1, down.out / wanted),
                height = (down.out + count - 1) / count, ring = (height - 1) * stride_ + kernel_,
                channels = filter_.outs();
  const int64_t zeros = across.padded * kMostWide * path.lanes;
  const Tiles tiles = {.down = down,
                       .across = across,
                       .height = height,
                       .ring = ring,
                       .wide = scratch.wide.at_least(ring * across.padded * channels),
                       .filtered = scratch.filtered.at_least(height * across.out * channels),
                       .zeros = scratch.zeros.at_least(zeros)};
  std::fill_n(scratch.zeros.at_least(zeros), zeros, 0.f);
  const int64_t tap = 0;
  int64_t done = 0;
  for (int64_t first = 0; first < down.out; first += height) {
    const int64_t end = std::min(first + height, down.out),
                  read = std::min((end - 1) * stride_ - down.before + kernel_, in.height),
                  pixels = (end - first) * across.out, place = first * across.out * outs();
    for (const auto& stripe : expand_.stripes()) {
      expand(path, in, tiles, stripe, done, read);
      filter(path, in, tiles, stripe, first, end);
    }
    done = read;
    for (const auto& stripe : project_.stripes())
      path.multiply({.in = tiles.filtered,
                     .in_pixel = channels,
                     .taps = &tap,
                     .tap_count = 1,
                     .steps = project_.steps(),
                     .weights = project_.weights(stripe),
                     .bias = project_.bias(stripe),
                     .wide = stripe.wide,
                     .shortcut = shortcut ? shortcut + place + stripe.first : nullptr,
                     .out = out + place + stripe.first,
                     .out_pixel = outs(),
                     .pixels = pixels,
                     .range = project_.range()});
  }
}

}  // namespace sslhost::inference
