// SPDX-License-Identifier: Apache-2.0
#pragma once

// Maxima over windows 2×2 with the ReLU after them, in one pass. LibTorch's two operators keep
// eight bytes of index for each maximum and write the larger tensor twice.

#include "sslhost/types.hpp"

namespace autoencoder_transfer {

/// max_pool2d(x, 2), and relu of it unless told otherwise. [N,C,H,W] -> [N,C,H/2,W/2]; of equal
/// values the first takes the gradient.
sslhost::Tensor pooled(const sslhost::Tensor& x, bool relu = true);

}  // namespace autoencoder_transfer
