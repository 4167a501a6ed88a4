// SPDX-License-Identifier: Apache-2.0
#pragma once

// What operators of batch norm are called with, checked.

#include <tuple>

#include <c10/util/Exception.h>

#include "sslhost/types.hpp"

namespace sslhost::norms {

using Three = std::tuple<Tensor, Tensor, Tensor>;

/// A matrix of float32 with the channels side by side: [N,C], or [N,C,H,W] with channels last.
inline bool is_matrix(const Tensor& x) {
  return x.scalar_type() == at::kFloat &&
         ((x.dim() == 2 && x.is_contiguous()) ||
          (x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast)));
}

inline void require(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  TORCH_CHECK(is_matrix(x), "expected float32 [N,C], or [N,C,H,W] with channels last, found ",
              x.sizes());
  for (const auto* of_channels : {&weight, &bias})
    TORCH_CHECK(of_channels->sizes() == IntArrayRef{x.size(1)} && of_channels->is_contiguous() &&
                    of_channels->scalar_type() == at::kFloat && of_channels->device() == x.device(),
                "expected a float32 for each of ", x.size(1), " channels");
}

}  // namespace sslhost::norms
