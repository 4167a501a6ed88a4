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

/// All that plugins and programs use. Functions may be called from any thread, an object from one
/// at a time, where nothing else is said. A broken precondition of a caller throws LibTorch's
/// c10::Error, what a user can mend Error.
namespace sslhost {

using at::IntArrayRef;  ///< a shape, not owned
using at::Tensor;       ///< LibTorch's

/// Name and tensor, in an order that means something.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

}  // namespace sslhost
