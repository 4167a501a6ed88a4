// SPDX-License-Identifier: Apache-2.0
#pragma once

// Maxima over windows 2×2 with the ReLU after them, in one pass. One byte for each remembers where
// it was; LibTorch's two operators keep eight and write the larger tensor twice.

#include "sslhost/types.hpp"

namespace sslhost::pool {

struct Maxima {
  Tensor values, places;  ///< [N,C,⌊H/2⌋,⌊W/2⌋]
};

/// x [N,C,H,W] float32 in channels_last; nothing below `least`, 0 for a ReLU.
Maxima maxima(const Tensor& x, float least);

/// The gradient of x, of this shape, from that of its maxima.
Tensor input_gradient(const Tensor& gradient, const Tensor& places, IntArrayRef shape);

}  // namespace sslhost::pool
