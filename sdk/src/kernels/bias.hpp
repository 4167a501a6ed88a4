// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/types.hpp"

namespace sslhost {

/// Whether our kernels may read a bias, or none, beside this weight [O,...]. What does not fit goes
/// to LibTorch, which broadcasts it or says what is wrong.
inline bool fits_outputs(const Tensor& bias, const Tensor& weight) {
  return !bias.defined() ||
         (bias.scalar_type() == at::kFloat && bias.dim() == 1 && bias.size(0) == weight.size(0));
}

}  // namespace sslhost
