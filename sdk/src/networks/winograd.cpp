// SPDX-License-Identifier: Apache-2.0
#include "winograd.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "sslhost/convolution.hpp"

#include "winograd_avx512.hpp"

namespace sslhost::networks::winograd {

namespace {

using avx512::kPoints;
using avx512::kSide;

/// Tiles that are worked on together: their points stay in a core's second-level cache.
constexpr int64_t kBlock = 24;
/// Above this the transformed weights leave the cache, and computing them outweighs the gain.
constexpr int64_t kMostWeights = 256 * 256;
constexpr int64_t kChannelStep = 16;

bool is_on() {
#ifdef __x86_64__
  static const bool on = [] {
    const char* wanted = std::getenv("SSLHOST_CONVOLUTION");
    return __builtin_cpu_supports("avx512f") && !(wanted && std::string_view(wanted) == "library");
  }();
  return on;
#else
  return false;
#endif
}

/// The tiles of an output [N,K,H',W'], numbered over all images.
struct Tiles {
  Tiles(int64_t kernel, int64_t images, int64_t height, int64_t width)
      : side(kSide + 1 - kernel),
        down((height + side - 1) / side),
        across((width + side - 1) / side),
        count(images * down * across),
        blocks((count + kBlock - 1) / kBlock) {}

  int64_t image(int64_t tile) const { return tile / (down * across); }
  avx512::Corner corner(int64_t tile) const {
    const int64_t within = tile % (down * across);
    return {within / across * side, within % across * side};
  }

  int64_t side, down, across, count, blocks;
};

Tensor empty_images(int64_t n, int64_t channels, int64_t height, int64_t width) {
  return at::empty({n, channels, height, width},
                   at::dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
}

Tensor scratch(int64_t points, int64_t channels) {
  return at::empty({points, channels}, at::dtype(at::kFloat));
}

/// The image of a channels_last batch.
avx512::Plane plane(const Tensor& batch, int64_t image) {
  const auto channels = batch.size(1), height = batch.size(2), width = batch.size(3);
  return {batch.const_data_ptr<float>() + image * height * width * channels, height, width,
          channels};
}

/// One block of tiles: samples -> points -> products with the weights -> samples.
void convolve_block(const Tensor& x, const Tensor& weights, const float* bias, const Tiles& tiles,
                    int64_t block, int64_t kernel, int64_t padding, float* points, float* products,
                    Tensor& y) {
  const auto ins = x.size(1), outs = y.size(1);
  const auto first = block * kBlock, count = std::min(kBlock, tiles.count - first);
  for (int64_t t = 0; t < count; ++t) {
    const auto at = tiles.corner(first + t);
    avx512::transform_samples(plane(x, tiles.image(first + t)), {at.y - padding, at.x - padding},
                              points + t * ins, kBlock * ins);
  }
  for (int64_t p = 0; p < kPoints; ++p)
    avx512::multiply({.a = points + p * kBlock * ins,
                      .a_row = ins,
                      .a_step = 1,
                      .b = weights.const_data_ptr<float>() + p * ins * outs,
                      .c = products + p * kBlock * outs,
                      .rows = count,
                      .columns = outs,
                      .steps = ins,
                      .add = false});
  for (int64_t t = 0; t < count; ++t) {
    const auto image = tiles.image(first + t);
    const auto shape = plane(y, image);
    avx512::write_samples(
        static_cast<int>(kernel), products + t * outs, kBlock * outs, bias, shape,
        tiles.corner(first + t),
        y.mutable_data_ptr<float>() + image * shape.height * shape.width * shape.channels);
  }
}

/// `weights` [36, C of x, K of y], transformed.
void convolve(const Tensor& x, const Tensor& weights, const float* bias, int64_t kernel,
              int64_t padding, Tensor& y) {
  const Tiles tiles(kernel, y.size(0), y.size(2), y.size(3));
  at::parallel_for(0, tiles.blocks, 1, [&](int64_t begin, int64_t end) {
    const auto points = scratch(kPoints * kBlock, x.size(1)),
               products = scratch(kPoints * kBlock, y.size(1));
    for (int64_t block = begin; block < end; ++block)
      convolve_block(x, weights, bias, tiles, block, kernel, padding,
                     points.mutable_data_ptr<float>(), products.mutable_data_ptr<float>(), y);
  });
}

Tensor transformed(const Tensor& weight, bool flipped) {
  const auto w = weight.contiguous();
  const auto outs = w.size(0), ins = w.size(1);
  auto points = scratch(kPoints, ins * outs);
  avx512::transform_weights(static_cast<int>(w.size(2)), w.const_data_ptr<float>(), outs, ins,
                            flipped, points.mutable_data_ptr<float>());
  return points;
}

/// Adds a block's share to the transformed gradient of the weight, [36, C, K].
void add_block(const Tensor& x, const Tensor& g, const Tiles& tiles, int64_t block, int64_t kernel,
               int64_t padding, float* points, float* gradients, float* sums) {
  const auto ins = x.size(1), outs = g.size(1);
  const auto first = block * kBlock, count = std::min(kBlock, tiles.count - first);
  for (int64_t t = 0; t < count; ++t) {
    const auto image = tiles.image(first + t);
    const auto at = tiles.corner(first + t);
    avx512::transform_samples(plane(x, image), {at.y - padding, at.x - padding}, points + t * ins,
                              kBlock * ins);
    avx512::transform_gradient(static_cast<int>(kernel), plane(g, image), at, gradients + t * outs,
                               kBlock * outs);
  }
  for (int64_t p = 0; p < kPoints; ++p)
    avx512::multiply({.a = points + p * kBlock * ins,
                      .a_row = 1,
                      .a_step = ins,
                      .b = gradients + p * kBlock * outs,
                      .c = sums + p * ins * outs,
                      .rows = ins,
                      .columns = outs,
                      .steps = count,
                      .add = true});
}

}  // namespace

bool fits(const Tensor& x, const Tensor& weight, int64_t padding) {
  const auto outs = weight.size(0), ins = weight.size(1), kernel = weight.size(2);
  return is_on() && x.device().is_cpu() && x.scalar_type() == at::kFloat &&
         (kernel == 3 || kernel == 4) && weight.size(3) == kernel && padding < kernel &&
         ins % kChannelStep == 0 && outs % kChannelStep == 0 && ins * outs <= kMostWeights &&
         std::min(x.size(2), x.size(3)) + 2 * padding >= kernel && x.size(0) > 0;
}

Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding) {
  const auto kernel = weight.size(2), shrink = kernel - 1 - 2 * padding;
  auto y = empty_images(x.size(0), weight.size(0), x.size(2) - shrink, x.size(3) - shrink);
  const auto shift = bias.defined() ? bias.contiguous() : bias;
  convolve(x.contiguous(at::MemoryFormat::ChannelsLast), transformed(weight, false),
           shift.defined() ? shift.const_data_ptr<float>() : nullptr, kernel, padding, y);
  return y;
}

Tensor input_gradient(const Tensor& g, const Tensor& weight, IntArrayRef input, int64_t padding) {
  const auto kernel = weight.size(2);
  auto gx = empty_images(input[0], input[1], input[2], input[3]);
  convolve(g.contiguous(at::MemoryFormat::ChannelsLast), transformed(weight, true), nullptr, kernel,
           kernel - 1 - padding, gx);
  return gx;
}

Tensor weight_gradient(const Tensor& x, const Tensor& g, int64_t kernel, int64_t padding) {
  const auto images = x.contiguous(at::MemoryFormat::ChannelsLast),
             gradient = g.contiguous(at::MemoryFormat::ChannelsLast);
  const auto ins = x.size(1), outs = g.size(1);
  const Tiles tiles(kernel, g.size(0), g.size(2), g.size(3));
  // A sum for each thread, added in their order.
  const auto parts = std::min<int64_t>(at::get_num_threads(), tiles.blocks);
  auto sums = at::zeros({parts, kPoints * ins * outs}, at::dtype(at::kFloat));
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    const auto points = scratch(kPoints * kBlock, ins), gradients = scratch(kPoints * kBlock, outs);
    for (int64_t part = begin; part < end; ++part)
      for (auto block = part * tiles.blocks / parts; block < (part + 1) * tiles.blocks / parts;
           ++block)
        add_block(images, gradient, tiles, block, kernel, padding, points.mutable_data_ptr<float>(),
                  gradients.mutable_data_ptr<float>(),
                  sums.mutable_data_ptr<float>() + part * sums.size(1));
  });
  for (int64_t part = 1; part < parts; ++part) sums[0].add_(sums[part]);
  auto gw = at::empty({outs, ins, kernel, kernel}, at::dtype(at::kFloat));
  avx512::write_weights(static_cast<int>(kernel), sums.const_data_ptr<float>(), outs, ins,
                        gw.mutable_data_ptr<float>());
  return gw;
}

}  // namespace sslhost::networks::winograd

namespace sslhost {

const char* convolution_path() { return networks::winograd::is_on() ? "winograd" : "library"; }

}  // namespace sslhost
