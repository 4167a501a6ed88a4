// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/convolution.hpp"

#include <cmath>
#include <utility>

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

namespace sslhost {

Conv2d::Conv2d(int64_t in, int64_t out, ConvShape shape) : shape_(shape) {
  TORCH_CHECK(shape.groups > 0 && in % shape.groups == 0 && out % shape.groups == 0, "Conv2d: ", in,
              " and ", out, " channels do not split into ", shape.groups, " groups");
  in /= shape.groups;
  const double bound = 1 / std::sqrt(static_cast<double>(in * shape.kernel * shape.kernel));
  weight = register_parameter(
      "weight", at::empty({out, in, shape.kernel, shape.kernel}).uniform_(-bound, bound));
  if (shape.bias) bias = register_parameter("bias", at::empty({out}).uniform_(-bound, bound));
}

Conv2d::Conv2d(ConvShape shape, Tensor initial_weight, Tensor initial_bias) : shape_(shape) {
  weight = register_parameter("weight", std::move(initial_weight));
  if (initial_bias.defined()) bias = register_parameter("bias", std::move(initial_bias));
}

Tensor channels_last(const Tensor& images) {
  if (!images.device().is_cpu()) return images;
  if (images.size(1) > 1) return images.contiguous(at::MemoryFormat::ChannelsLast);
  // A single channel lies in memory alike in both layouts; its strides alone tell LibTorch which.
  const auto n = images.size(0), height = images.size(2), width = images.size(3);
  return images.reshape({n, height, width, 1}).permute({0, 3, 1, 2});
}

}  // namespace sslhost
