// SPDX-License-Identifier: Apache-2.0
#pragma once

// Multinomial logistic regression with an L2 penalty, solved. Equation numbers are those of
// linear_probe.cpp.

#include <cstdint>

#include "sslhost/types.hpp"

namespace linear_probe {

/// logits = x · weightᵀ + bias.
struct Linear {
  sslhost::Tensor weight;  ///< [K,D] float64
  sslhost::Tensor bias;    ///< [K] float64, with mean 0 over the classes that have labels
};

/// The minimum of eq. 1 for samples x [N,D] float64 with labels y [N] int64 in [0, K), to where no
/// element of the gradient of the mean loss exceeds `tolerance` (times the largest |x|, where that
/// is above 1); `l2` > 0. A class without a sample has a logit of −100, at least 100 below the
/// largest one. Throws Error (diverged) where the minimum is not found.
Linear softmax_regression(const sslhost::Tensor& x, const sslhost::Tensor& y, int64_t classes,
                          double l2, double tolerance);

}  // namespace linear_probe
