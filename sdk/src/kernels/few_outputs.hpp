// SPDX-License-Identifier: Apache-2.0
#pragma once

// Convolutions 3×3 with stride 1 and vectors::kFewOutputs outputs on the CPU, tap by tap. float32,
// channels_last.

#include "sslhost/types.hpp"

#include "sdk/src/kernels/vectors/path.hpp"

namespace sslhost::few_outputs {

/// x [N,C,H,W], weight [4,C,3,3], bias [4] or undefined -> [N,4,H',W'].
Tensor forward(const vectors::Path& path, const Tensor& x, const Tensor& weight, const Tensor& bias,
               int64_t padding);

}  // namespace sslhost::few_outputs
