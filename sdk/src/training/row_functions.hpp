// SPDX-License-Identifier: Apache-2.0
#pragma once

// Losses row by row with their gradients, each in one operator: for float32 logits [N,K] of few
// classes. What does not fit is composed of LibTorch's operators (losses.cpp).

#include "sslhost/types.hpp"

namespace sslhost::rows {

bool fits(const Tensor& logits);
/// KL(p ‖ q) of logits: [N].
Tensor kl(const Tensor& p_logits, const Tensor& q_logits);
/// [N]
Tensor entropy(const Tensor& logits);
/// x [N,D] float32 divided by each row's length, for what takes no gradient.
Tensor unit_norm(const Tensor& x);

}  // namespace sslhost::rows
