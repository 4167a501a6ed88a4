// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/losses.hpp"

#include <ATen/core/Reduction.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mse_loss.h>
#include <c10/util/Exception.h>

#include "sdk/src/training/row_functions.hpp"

namespace sslhost {

namespace {

/// Logits of products with fewer digits: losses are float32 all the same.
Tensor wide(const Tensor& logits) {
  return logits.scalar_type() == at::kBFloat16 ? logits.to(at::kFloat) : logits;
}

/// Terms [N,K] summed over the classes.
Tensor reduced(const Tensor& terms, Reduction reduction) {
  return reduction == Reduction::none ? terms.sum(1) : terms.sum().div(terms.size(0));
}

Tensor reduced_rows(const Tensor& rows, Reduction reduction) {
  return reduction == Reduction::none ? rows : rows.mean();
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, Reduction reduction) {
  return at::cross_entropy_loss(
      wide(logits), labels, {},
      reduction == Reduction::none ? at::Reduction::None : at::Reduction::Mean);
}

Tensor kl_divergence(const Tensor& p, const Tensor& q, Reduction reduction) {
  const auto p_logits = wide(p), q_logits = wide(q);
  if (rows::fits(p_logits) && rows::fits(q_logits) && p_logits.sizes() == q_logits.sizes())
    return reduced_rows(rows::kl(p_logits, q_logits), reduction);
  const auto log_p = at::log_softmax(p_logits, 1);
  const auto log_q = at::log_softmax(q_logits, 1);
  return reduced(log_p.exp() * (log_p - log_q), reduction);
}

Tensor entropy(const Tensor& z, Reduction reduction) {
  const auto logits = wide(z);
  if (rows::fits(logits)) return reduced_rows(rows::entropy(logits), reduction);
  const auto log_p = at::log_softmax(logits, 1);
  const auto terms = log_p.exp() * log_p;
  return reduction == Reduction::none ? terms.sum(1).neg() : terms.sum().div(-logits.size(0));
}

Tensor squared_error(const Tensor& x, const Tensor& target, Reduction reduction) {
  // Of [N] and [N,1] LibTorch would take all N·N pairs.
  TORCH_CHECK(x.sizes() == target.sizes(),
              "squared_error: expected two tensors of one shape, found ", x.sizes(), " and ",
              target.sizes());
  if (reduction == Reduction::mean) return at::mse_loss(x, target);
  const auto squares = at::mse_loss(x, target, at::Reduction::None);
  return squares.dim() > 1 ? squares.flatten(1).mean(1) : squares;
}

Tensor sharpen(const Tensor& probabilities, double temperature) {
  TORCH_CHECK(temperature > 0, "sharpen: expected a temperature above 0, found ", temperature);
  const auto powers = probabilities.pow(1 / temperature);
  return powers / powers.sum(1, /*keepdim=*/true);
}

Tensor unit_norm(const Tensor& x) {
  constexpr double kSmallest = 1.17549435e-38;  // smallest normal float: a zero sample stays zero
  const auto flat = x.flatten(1);
  const bool takes_gradient = x.requires_grad() && at::GradMode::is_enabled();
  if (!takes_gradient && x.scalar_type() == at::kFloat && flat.numel() > 0)
    return rows::unit_norm(flat).view_as(x);
  // Divided by its largest element first: a gradient of 1e-25 has a square of 0 in float32, and a
  // direction all the same.
  const auto scaled = flat / flat.abs().amax(1, /*keepdim=*/true).clamp_min(kSmallest);
  return (scaled / at::linalg_vector_norm(scaled, 2, 1, /*keepdim=*/true).clamp_min(kSmallest))
      .view_as(x);
}

}  // namespace sslhost
