// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/losses.hpp"

#include <limits>

#include <ATen/core/Reduction.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/where.h>
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

void require_rows(const char* loss, const Tensor& logits) {
  TORCH_CHECK(logits.dim() == 2, loss, ": expected logits [N,K], found ", logits.sizes(),
              "; bring classes to the last axis and flatten the others");
}

Tensor reduced_rows(const Tensor& rows, Reduction reduction) {
  return reduction == Reduction::none ? rows : rows.mean();
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, Reduction reduction) {
  require_rows("cross_entropy", logits);
  // LibTorch leaves labels of -100 out, in silence; here none is that should be.
  constexpr auto kLeftOut = std::numeric_limits<int64_t>::min();
  return at::cross_entropy_loss(
      wide(logits), labels, {},
      reduction == Reduction::none ? at::Reduction::None : at::Reduction::Mean, kLeftOut);
}

Tensor kl_divergence(const Tensor& p, const Tensor& q, Reduction reduction) {
  require_rows("kl_divergence", p);
  require_rows("kl_divergence", q);
  const auto p_logits = wide(p), q_logits = wide(q);
  if (rows::fits(p_logits) && rows::fits(q_logits) && p_logits.sizes() == q_logits.sizes())
    return reduced_rows(rows::kl(p_logits, q_logits), reduction);
  const auto log_p = at::log_softmax(p_logits, 1);
  const auto log_q = at::log_softmax(q_logits, 1);
  return reduced(log_p.exp() * (log_p - log_q), reduction);
}

Tensor entropy(const Tensor& z, Reduction reduction) {
  require_rows("entropy", z);
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
  // As a share of the largest first, which cancels: else all powers of a row may round to 0.
  const auto largest = probabilities.detach().amax(1, /*keepdim=*/true);
  const auto powers = (probabilities / largest).pow(1 / temperature);
  return powers / powers.sum(1, /*keepdim=*/true);
}

Tensor unit_norm(const Tensor& x) {
  const auto flat = x.flatten(1);
  const bool takes_gradient = x.requires_grad() && at::GradMode::is_enabled();
  if (!takes_gradient && x.scalar_type() == at::kFloat && flat.numel() > 0)
    return rows::unit_norm(flat).view_as(x);
  // Divided by its largest element first, which cancels: a gradient of 1e-25 has a square of 0 in
  // float32, and a direction all the same. The norm is then 1 at least, but of a zero sample, which
  // stays zero.
  const auto largest = flat.detach().abs().amax(1, /*keepdim=*/true);
  const auto scaled = flat / at::where(largest == 0, 1, largest);
  return (scaled / at::linalg_vector_norm(scaled, 2, 1, /*keepdim=*/true).clamp_min(1)).view_as(x);
}

}  // namespace sslhost
