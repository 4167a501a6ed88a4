// SPDX-License-Identifier: Apache-2.0
#pragma once

// The nearest of many points, by products of matrices in blocks: never all distances at once.

#include "sslhost/types.hpp"

namespace label_propagation {

struct Neighbors {
  sslhost::Tensor places;  ///< [M,k] int64, rows of the points, nearest first; of equally near ones
                           ///< the first row first
  sslhost::Tensor squares;  ///< [M,k] float64, squared Euclidean distances
};

/// The min(k, N) nearest of the points [N,D] to each query [M,D]; float32.
Neighbors nearest(const sslhost::Tensor& queries, const sslhost::Tensor& points, int64_t k);

/// The min(k, N − 1) nearest other points to each point.
Neighbors nearest_others(const sslhost::Tensor& points, int64_t k);

}  // namespace label_propagation
