// SPDX-License-Identifier: Apache-2.0
#pragma once

// Losses on logits [N,K], in nats where not said otherwise, float32: a scalar [], the mean over N,
// or with Reduction::none one value a sample, [N].

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// What is done with the values of N samples: their mean, a scalar [], or [N] as they are.
enum class Reduction { mean, none };

/// −log softmax(logits)[label]; labels [N] int64 in [0, K). With labels [N,K] floating point, the
/// probabilities of a soft target p: −Σ_k p_k log softmax(logits)_k. Gradients flow into soft
/// targets too; detach() makes them constants.
SSLHOST_API Tensor cross_entropy(const Tensor& logits, const Tensor& labels,
                                 Reduction reduction = Reduction::mean);

/// Σ_k p_k (log p_k − log q_k) with p = softmax(p_logits), q = softmax(q_logits). Gradients flow
/// through both arguments; detach() one to make it a constant.
SSLHOST_API Tensor kl_divergence(const Tensor& p_logits, const Tensor& q_logits,
                                 Reduction reduction = Reduction::mean);

/// −Σ_k p_k log p_k with p = softmax(logits), [N,K].
SSLHOST_API Tensor entropy(const Tensor& logits, Reduction reduction = Reduction::mean);

/// (x − target)², the mean over a sample's elements, for any [N,...] of one shape. Gradients flow
/// through both arguments; detach() one to make it a constant.
SSLHOST_API Tensor squared_error(const Tensor& x, const Tensor& target,
                                 Reduction reduction = Reduction::mean);

/// p_k^(1/T) / Σ_j p_j^(1/T) for probabilities p [N,K]: nearer to the most probable class for a
/// temperature T < 1; T > 0 (Berthelot et al., MixMatch, arXiv:1905.02249v2, eq. 7).
SSLHOST_API Tensor sharpen(const Tensor& probabilities, double temperature);

/// x / ‖x‖ for each sample [N,...]; a sample of norm zero stays zero.
SSLHOST_API Tensor unit_norm(const Tensor& x);

}  // namespace sslhost
