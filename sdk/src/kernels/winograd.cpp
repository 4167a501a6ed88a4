// SPDX-License-Identifier: Apache-2.0
#include "winograd.hpp"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace sslhost::winograd {

namespace {

using vectors::kPoints;
using vectors::kSide;
using vectors::Path;

/// Tiles that are worked on together: their points stay in a core's second-level cache.
constexpr int64_t kBlock = 24;

/// The tiles of an output [N,K,H',W'], numbered over all images.
struct Tiles {
  Tiles(int64_t kernel, int64_t images, int64_t height, int64_t width)
      : side(kSide + 1 - kernel),
        down((height + side - 1) / side),
        across((width + side - 1) / side),
        count(images * down * across),
        blocks((count + kBlock - 1) / kBlock) {}

  int64_t image(int64_t tile) const { return tile / (down * across); }
  vectors::Corner corner(int64_t tile) const {
    const int64_t within = tile % (down * across);
    return {within / across * side, within % across * side};
  }

  int64_t side, down, across, count, blocks;
};

Tensor empty_images(int64_t n, int64_t channels, int64_t height, int64_t width) {
  return at::empty(
      {n, channels, height, width},
      at::dtype(at::kFloat).device(at::kCPU).memory_format(at::MemoryFormat::ChannelsLast));
}

Tensor scratch(int64_t points, int64_t channels) {
  return at::empty({points, channels}, at::dtype(at::kFloat).device(at::kCPU));
}

/// A channels_last batch, read once: asking a tensor for each tile costs as much as a small one.
struct Images {
  explicit Images(const Tensor& batch)
      : first{batch.const_data_ptr<float>(), batch.size(2), batch.size(3), batch.size(1)} {}
  int64_t offset(int64_t image) const {
    return image * first.height * first.width * first.channels;
  }
  vectors::Plane operator[](int64_t image) const {
    return {first.data + offset(image), first.height, first.width, first.channels};
  }

  vectors::Plane first;
};

/// A pass between batches x [N,C,H,W] and y [N,K,H',W'] of a convolution, block by block.
struct Pass {
  Pass(const Path& of, const Tensor& from, const Tensor& to, int64_t size, int64_t border)
      : path(of),
        x(from),
        y(to),
        tiles(size, to.size(0), to.size(2), to.size(3)),
        kernel(static_cast<int>(size)),
        padding(border),
        ins(from.size(1)),
        outs(to.size(1)),
        in_row(vectors::padded(ins, of.lanes)),
        out_row(vectors::padded(outs, of.lanes)) {}

  int64_t count(int64_t block) const { return std::min(kBlock, tiles.count - block * kBlock); }

  /// The points [36, kBlock, C] of a block's samples of x.
  void points_of_x(int64_t block, float* points) const {
    for (int64_t t = 0; t < count(block); ++t) {
      const auto tile = block * kBlock + t;
      const auto at = tiles.corner(tile);
      path.transform_samples(x[tiles.image(tile)], {at.y - padding, at.x - padding},
                             points + t * in_row, kBlock * in_row);
    }
  }

  /// The points [36, kBlock, K] of a block of a gradient y.
  void points_of_y(int64_t block, float* points) const {
    for (int64_t t = 0; t < count(block); ++t) {
      const auto tile = block * kBlock + t;
      path.transform_gradient(kernel, y[tiles.image(tile)], tiles.corner(tile),
                              points + t * out_row, kBlock * out_row);
    }
  }

  /// A block of y from its points.
  void write_y(int64_t block, const float* points, const float* bias, float* out) const {
    for (int64_t t = 0; t < count(block); ++t) {
      const auto tile = block * kBlock + t, image = tiles.image(tile);
      path.write_samples(kernel, points + t * out_row, kBlock * out_row, bias, y[image],
                         tiles.corner(tile), out + y.offset(image));
    }
  }

  const Path& path;
  Images x, y;
  Tiles tiles;
  int kernel;
  int64_t padding, ins, outs;
  int64_t in_row, out_row;  ///< channels with padding
};

/// y = x * weights + bias; `weights` [36, C, K], transformed.
void convolve(const Path& path, const Tensor& x, const Tensor& weights, const float* bias,
              int64_t kernel, int64_t padding, Tensor& y) {
  const Pass pass(path, x, y, kernel, padding);
  const auto* w = weights.const_data_ptr<float>();
  auto* out = y.mutable_data_ptr<float>();
  at::parallel_for(0, pass.tiles.blocks, 1, [&](int64_t begin, int64_t end) {
    const auto points = scratch(kPoints * kBlock, pass.in_row),
               products = scratch(kPoints * kBlock, pass.out_row);
    auto *from = points.mutable_data_ptr<float>(), *to = products.mutable_data_ptr<float>();
    for (int64_t block = begin; block < end; ++block) {
      pass.points_of_x(block, from);
      for (int64_t p = 0; p < kPoints; ++p)
        pass.path.multiply({.a = from + p * kBlock * pass.in_row,
                            .a_row = pass.in_row,
                            .a_step = 1,
                            .b = w + p * pass.ins * pass.out_row,
                            .b_step = pass.out_row,
                            .c = to + p * kBlock * pass.out_row,
                            .c_row = pass.out_row,
                            .rows = pass.count(block),
                            .columns = pass.out_row,
                            .steps = pass.ins});
      pass.write_y(block, to, bias, out);
    }
  });
}

Tensor transformed(const Path& path, const Tensor& weight, bool flipped) {
  const auto w = weight.contiguous();
  const auto outs = w.size(0), ins = w.size(1);
  auto points = scratch(kPoints, flipped ? outs * vectors::padded(ins, path.lanes)
                                         : ins * vectors::padded(outs, path.lanes));
  path.transform_weights(static_cast<int>(w.size(2)), w.const_data_ptr<float>(), outs, ins, flipped,
                         points.mutable_data_ptr<float>());
  return points;
}

/// Adds the share of blocks begin..end to the transformed gradient of the weight, [36, C, K].
void add_gradient(const Pass& pass, int64_t begin, int64_t end, float* sums) {
  const auto points = scratch(kPoints * kBlock, pass.in_row),
             gradients = scratch(kPoints * kBlock, pass.out_row);
  auto *x = points.mutable_data_ptr<float>(), *g = gradients.mutable_data_ptr<float>();
  for (int64_t block = begin; block < end; ++block) {
    pass.points_of_x(block, x);
    pass.points_of_y(block, g);
    for (int64_t p = 0; p < kPoints; ++p)
      pass.path.multiply({.a = x + p * kBlock * pass.in_row,
                          .a_row = 1,
                          .a_step = pass.in_row,
                          .b = g + p * kBlock * pass.out_row,
                          .b_step = pass.out_row,
                          .c = sums + p * pass.ins * pass.out_row,
                          .c_row = pass.out_row,
                          .rows = pass.ins,
                          .columns = pass.out_row,
                          .steps = pass.count(block),
                          .add = true});
  }
}

}  // namespace

Tensor forward(const Path& path, const Tensor& x, const Tensor& weight, const Tensor& bias,
               int64_t padding) {
  const auto kernel = weight.size(2), shrink = kernel - 1 - 2 * padding;
  auto y = empty_images(x.size(0), weight.size(0), x.size(2) - shrink, x.size(3) - shrink);
  const auto shift = bias.defined() ? bias.contiguous() : bias;
  convolve(path, x.contiguous(at::MemoryFormat::ChannelsLast), transformed(path, weight, false),
           shift.defined() ? shift.const_data_ptr<float>() : nullptr, kernel, padding, y);
  return y;
}

Tensor input_gradient(const Path& path, const Tensor& g, const Tensor& weight, IntArrayRef input,
                      int64_t padding) {
  const auto kernel = weight.size(2);
  auto gx = empty_images(input[0], input[1], input[2], input[3]);
  convolve(path, g.contiguous(at::MemoryFormat::ChannelsLast), transformed(path, weight, true),
           nullptr, kernel, kernel - 1 - padding, gx);
  return gx;
}

Tensor weight_gradient(const Path& path, const Tensor& x, const Tensor& g, int64_t kernel,
                       int64_t padding) {
  const auto images = x.contiguous(at::MemoryFormat::ChannelsLast),
             gradient = g.contiguous(at::MemoryFormat::ChannelsLast);
  const Pass pass(path, images, gradient, kernel, padding);
  // A sum for each thread, added in their order.
  const auto blocks = pass.tiles.blocks, size = kPoints * pass.ins * pass.out_row,
             parts = std::min<int64_t>(at::get_num_threads(), blocks);
  const auto sums = at::zeros({parts, size}, at::dtype(at::kFloat).device(at::kCPU));
  auto* all = sums.mutable_data_ptr<float>();
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    for (auto part = begin; part < end; ++part)
      add_gradient(pass, part * blocks / parts, (part + 1) * blocks / parts, all + part * size);
  });
  for (int64_t part = 1; part < parts; ++part) sums[0].add_(sums[part]);
  auto gw =
      at::empty({pass.outs, pass.ins, kernel, kernel}, at::dtype(at::kFloat).device(at::kCPU));
  path.write_weights(pass.kernel, all, pass.outs, pass.ins, gw.mutable_data_ptr<float>());
  return gw;
}

}  // namespace sslhost::winograd
