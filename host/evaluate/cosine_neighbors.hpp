// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace sslhost::host {

/// Of each sample the others that are nearest, the nearest first.
struct CosineNeighbors {
  at::Tensor cosines;  ///< [N,count] float32, of what is left of both without the mean sample
  at::Tensor rows;     ///< [N,count] int64
};

/// Of features [N,D], N more than count.
CosineNeighbors cosine_neighbors(const at::Tensor& features, int64_t count);

}  // namespace sslhost::host
