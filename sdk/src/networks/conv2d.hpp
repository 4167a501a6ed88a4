// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ops/zeros.h>

#include "sslhost/nn/convolution.hpp"

namespace sslhost::networks {

/// Its weights are zero: the network that has it draws them.
class Conv2d final : public sslhost::Conv2d {
 public:
  Conv2d(int64_t in, int64_t out, ConvShape shape)
      : sslhost::Conv2d(shape, at::zeros({out, in / shape.groups, shape.kernel, shape.kernel}),
                        shape.bias ? at::zeros({out}) : Tensor()) {}
};

}  // namespace sslhost::networks
