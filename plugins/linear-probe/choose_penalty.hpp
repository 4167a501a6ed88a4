// SPDX-License-Identifier: Apache-2.0
#pragma once

// A penalty chosen by cross-validation on the labeled samples.

#include <cstdint>

#include "sslhost/types.hpp"

namespace linear_probe {

/// Which of five parts holds a sample out, [N] int64: the n-th of a class is in part n mod 5. −1,
/// never held out, where it is the only one of its class.
sslhost::Tensor held_out_in(const sslhost::Tensor& y, int64_t classes);

/// Of 0.01, 0.1, ..., 10000 the penalty with which samples held out have the smallest cross
/// entropy; `otherwise` where no class has two samples.
double choose_penalty(const sslhost::Tensor& x, const sslhost::Tensor& y, int64_t classes,
                      double tolerance, double otherwise);

}  // namespace linear_probe
