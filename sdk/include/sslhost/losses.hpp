// SPDX-License-Identifier: Apache-2.0
#pragma once

// Losses on logits [N,K]; every one is a scalar [], the mean over N, in nats, float32.

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// −mean log softmax(logits)[label]; labels [N] int64 in [0, K).
SSLHOST_API Tensor cross_entropy(const Tensor& logits, const Tensor& labels);

/// mean Σ_k p_k (log p_k − log q_k) with p = softmax(p_logits), q = softmax(q_logits). Gradients
/// flow through both arguments; detach() one to make it a constant.
SSLHOST_API Tensor kl_divergence(const Tensor& p_logits, const Tensor& q_logits);

/// mean −Σ_k p_k log p_k.
SSLHOST_API Tensor entropy(const Tensor& logits);

/// x / ‖x‖ for each sample [N,...]; a sample of norm zero stays zero.
SSLHOST_API Tensor unit_norm(const Tensor& x);

}  // namespace sslhost
