// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/types.hpp"

namespace sslhost::scatter {

/// The gradient for the input, of these sizes, of a convolution with stride 1, few channels in and
/// a square kernel: each output passes w·g on to the pixels that it saw.
Tensor input_gradient(const Tensor& g, const Tensor& w, IntArrayRef input, int64_t padding);

}  // namespace sslhost::scatter
