// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "sslhost/nn/module.hpp"

namespace sslhost::networks {

/// Layer normalization (J. Ba et al., arXiv:1607.06450v1) of the last axis, with
/// torch.nn.LayerNorm's parameters `weight` and `bias` [C].
class LayerNorm final : public Module {
 public:
  explicit LayerNorm(int64_t channels) {
    weight = register_parameter("weight", at::ones({channels}));
    bias = register_parameter("bias", at::zeros({channels}));
  }
  Tensor forward(const Tensor& x) const {
    return at::layer_norm(x, weight.sizes(), weight, bias, kEpsilon);
  }
  /// Of the channels of each pixel: [N,C,H,W].
  Tensor over_channels(const Tensor& x) const {
    return forward(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
  }
  Tensor weight, bias;

 private:
  /// What the networks here have; torch.nn.LayerNorm's own is 1e-5.
  static constexpr double kEpsilon = 1e-6;
};

}  // namespace sslhost::networks
