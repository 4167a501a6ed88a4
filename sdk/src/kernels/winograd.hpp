// SPDX-License-Identifier: Apache-2.0
#pragma once

// Convolutions with 3×3 and 4×4 kernels and stride 1 on the CPU, by minimal filtering: tiles of
// 6×6 samples take 36 multiplications for 144 (A. Lavin, S. Gray, "Fast Algorithms for
// Convolutional Neural Networks", arXiv:1509.09308v2). float32, channels_last; errors are
// some 1e-5 of the largest output (docs/explanation/performance.md).

#include "sslhost/types.hpp"

#include "sdk/src/kernels/vectors/path.hpp"

namespace sslhost::winograd {

/// x [N,C,H,W], weight [K,C,r,r], bias [K] or undefined -> [N,K,H',W'].
Tensor forward(const vectors::Path& path, const Tensor& x, const Tensor& weight, const Tensor& bias,
               int64_t padding);

/// The gradient for an input of these sizes; g [N,K,H',W'].
Tensor input_gradient(const vectors::Path& path, const Tensor& g, const Tensor& weight,
                      IntArrayRef input, int64_t padding);

/// The gradient for the weight, as it. The same number of threads gives the same bits.
Tensor weight_gradient(const vectors::Path& path, const Tensor& x, const Tensor& g, int64_t kernel,
                       int64_t padding);

}  // namespace sslhost::winograd
