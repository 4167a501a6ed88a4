// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/types.hpp"

namespace sslhost::networks {

/// How a grid of embeddings becomes one of another size, by bicubic interpolation.
struct Resizing {
  /// Added to the new size before it is divided by the old one; the scale is off by that much.
  double offset = 0;
  bool antialias = true;
};

/// Embeddings [1, 1 + M², D] of a class token and of M×M patches -> [1, 1 + height·width, D]; the
/// very same tensor where nothing is to be resized. Gradients add up in one order on every device.
Tensor position_embedding(const Tensor& embedding, int64_t height, int64_t width,
                          const Resizing& resizing);

}  // namespace sslhost::networks
