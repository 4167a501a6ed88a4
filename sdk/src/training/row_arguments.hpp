// SPDX-License-Identifier: Apache-2.0
#pragma once

// What losses row by row are called with, checked: contiguous float32 logits [N,K].

#include <c10/util/Exception.h>

#include "sslhost/types.hpp"

#include "sdk/src/base/rows.hpp"

namespace sslhost::rows {

inline void require(const Tensor& z) {
  TORCH_CHECK(z.scalar_type() == at::kFloat && z.dim() == 2 && z.is_contiguous() && z.size(1) > 0,
              "expected contiguous float32 logits [N,K], found ", z.sizes());
}

inline Logits logits_of(const Tensor& p, const Tensor& q) {
  require(p);
  require(q);
  TORCH_CHECK(p.sizes() == q.sizes() && p.device() == q.device());
  return {p.const_data_ptr<float>(), q.const_data_ptr<float>(), p.size(0), p.size(1)};
}

/// One g for all rows has a step of 0.
inline int64_t step_of(const Tensor& g, const Tensor& z) {
  TORCH_CHECK(g.dim() == 1 && g.size(0) == z.size(0) && g.scalar_type() == at::kFloat &&
                  g.device() == z.device(),
              "expected a gradient [N] float32, found ", g.sizes());
  return g.numel() > 1 ? g.stride(0) : 0;
}

}  // namespace sslhost::rows
