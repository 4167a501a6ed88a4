// SPDX-License-Identifier: Apache-2.0
#pragma once

// The products of a linear layer on CPUs with AVX2 or AVX-512, float32, on all threads: no copies
// of whole matrices, no set-up, so that batches of 32 are served as well as those of 1,000. An
// output is one sum in the order of its terms: the number of threads changes no bits.

#include "sslhost/types.hpp"

#include "sdk/src/kernels/vectors/path.hpp"

namespace sslhost::products {

/// x [N,I], w [O,I], b [O] or undefined -> x wᵀ + b [N,O]
Tensor forward(const vectors::Path& path, const Tensor& x, const Tensor& w, const Tensor& b);
/// g [N,O], w [O,I] -> g w [N,I]
Tensor input_gradient(const vectors::Path& path, const Tensor& g, const Tensor& w);
/// g [N,O], x [N,I] -> gᵀ x [O,I]
Tensor weight_gradient(const vectors::Path& path, const Tensor& g, const Tensor& x);

}  // namespace sslhost::products
