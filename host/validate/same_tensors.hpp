// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/ops/equal.h>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// To the bit.
inline bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!at::equal(a[i], b[i])) return false;
  return true;
}

}  // namespace sslhost::host
