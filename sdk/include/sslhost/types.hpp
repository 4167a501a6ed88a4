// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tensor types of the SDK, through the narrowest LibTorch header that serves.
// Shape letters, everywhere: B labeled batch, U unlabeled batch, N any batch, K classes, C·H·W
// channels, height, width.

#include <string>
#include <utility>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

namespace sslhost {

using at::IntArrayRef;
using at::Tensor;

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

}  // namespace sslhost
