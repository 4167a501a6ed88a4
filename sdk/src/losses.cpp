// SPDX-License-Identifier: Apache-2.0
#include "sslhost/losses.hpp"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>

namespace sslhost {

Tensor cross_entropy(const Tensor& logits, const Tensor& labels) {
  return at::cross_entropy_loss(logits, labels);
}

Tensor kl_divergence(const Tensor& p_logits, const Tensor& q_logits) {
  const auto log_p = at::log_softmax(p_logits, 1);
  const auto log_q = at::log_softmax(q_logits, 1);
  return (log_p.exp() * (log_p - log_q)).sum().div(p_logits.size(0));
}

Tensor entropy(const Tensor& logits) {
  const auto log_p = at::log_softmax(logits, 1);
  return (log_p.exp() * log_p).sum().div(-logits.size(0));
}

Tensor unit_norm(const Tensor& x) {
  constexpr double kSmallest = 1.17549435e-38;  // smallest normal float: a zero sample stays zero
  const auto flat = x.flatten(1);
  // Divided by its largest element first: a gradient of 1e-25 has a square of 0 in float32, and a
  // direction all the same.
  const auto scaled = flat / flat.abs().amax(1, /*keepdim=*/true).clamp_min(kSmallest);
  return (scaled / at::linalg_vector_norm(scaled, 2, 1, /*keepdim=*/true).clamp_min(kSmallest))
      .view_as(x);
}

}  // namespace sslhost
