// SPDX-License-Identifier: Apache-2.0
#include "position_embedding.hpp"

#include <cmath>
#include <optional>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <c10/util/Exception.h>

namespace sslhost::networks {

namespace {

/// The matrix [to, from] of the interpolation along one axis: a unit matrix as an image that is
/// resized in its height. (As images of width 1 the unit vectors come out wrong: LibTorch 2.11,
/// antialiased.) Made on the embedding's own device, so that a captured step can be replayed.
Tensor interpolation(int64_t from, int64_t to, const Resizing& resizing,
                     const at::TensorOptions& options) {
  const at::NoGradGuard no_gradient;
  const auto units = at::eye(from, options).view({1, 1, from, from});
  const auto scale =
      resizing.offset == 0
          ? std::nullopt
          : std::optional((static_cast<double>(to) + resizing.offset) / static_cast<double>(from));
  const auto resized =
      resizing.antialias
          ? at::_upsample_bicubic2d_aa(units, {to, from}, /*align_corners=*/false, scale,
                                       std::nullopt)
          : at::upsample_bicubic2d(units, {to, from}, /*align_corners=*/false, scale, std::nullopt);
  return resized.view({to, from});
}

}  // namespace

Tensor position_embedding(const Tensor& embedding, int64_t height, int64_t width,
                          const Resizing& resizing) {
  const int64_t patches = embedding.size(1) - 1, channels = embedding.size(2);
  const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(patches))));
  TORCH_CHECK(side * side == patches, "position_embedding: ", patches, " patches are no square");
  if (height == side && width == side) return embedding;
  // LibTorch's own gradient of an interpolation adds up in no order on a GPU; a product's does not.
  const auto options = embedding.options().requires_grad(false);
  const auto down = interpolation(side, height, resizing, options),
             across = interpolation(side, width, resizing, options);
  const auto grid = embedding.slice(1, 1).reshape({side, side * channels});
  const auto rows = at::matmul(down, grid).view({height, side, channels});
  const auto resized = at::matmul(across, rows).reshape({1, height * width, channels});
  return at::cat({embedding.slice(1, 0, 1), resized}, 1);
}

}  // namespace sslhost::networks
