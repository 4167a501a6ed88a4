// SPDX-License-Identifier: Apache-2.0
#pragma once

// torch.nn.Conv2d's parameters without the cost of its header. Square kernels; the network that has
// it draws the weights.

#include <ATen/ops/zeros.h>
#include <torch/nn/module.h>

#include "sslhost/types.hpp"

namespace sslhost::networks {

struct ConvShape {
  int64_t kernel = 3, stride = 1, padding = 0;
  bool bias = true;
};

/// at::conv2d; on CPUs with a faster gradient for inputs of few channels. `bias` may be undefined.
Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride,
                   int64_t padding);

/// The layout in which LibTorch's CPU kernels for convolution, pooling and batch norm are fastest;
/// what follows keeps it.
Tensor channels_last(const Tensor& images);

class Conv2d final : public torch::nn::Module {
 public:
  Conv2d(int64_t in, int64_t out, ConvShape shape) : shape_(shape) {
    weight = register_parameter("weight", at::zeros({out, in, shape.kernel, shape.kernel}));
    if (shape.bias) bias = register_parameter("bias", at::zeros({out}));
  }
  Tensor forward(const Tensor& x) const {
    return convolution(x, weight, bias, shape_.stride, shape_.padding);
  }

  Tensor weight, bias;

 private:
  ConvShape shape_;
};

}  // namespace sslhost::networks
