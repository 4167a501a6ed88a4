// SPDX-License-Identifier: Apache-2.0
#pragma once

// Losses of one row of logits z [K] and their gradients, for both compilers: a CPU's loops and a
// CUDA card's kernels compute these, with the same bits. p = softmax(z).

#include "sdk/src/base/functions.hpp"

namespace sslhost::rows {

/// Logits [rows, classes].
struct Logits {
  const float *p, *q;  ///< the entropy has p alone
  int64_t rows, classes;
};

/// log Σ exp(z). What is no number stays none: log_of knows numbers alone.
SSLHOST_BOTH float log_sum_exp(const float* z, int64_t classes) {
  float most = z[0];
  for (int64_t i = 1; i < classes; ++i) most = z[i] > most ? z[i] : most;
  float sum = 0;
  for (int64_t i = 0; i < classes; ++i) sum += draws::exp_of(z[i] - most);
  return sum == sum ? most + draws::log_of(sum) : sum;
}

/// KL(p ‖ q) = Σ p (log p − log q) of logits.
SSLHOST_BOTH float kl(const float* p, const float* q, int64_t classes) {
  const float of_p = log_sum_exp(p, classes), of_q = log_sum_exp(q, classes);
  float sum = 0;
  for (int64_t i = 0; i < classes; ++i) {
    const float log_p = p[i] - of_p;
    sum = fmaf(draws::exp_of(log_p), log_p - (q[i] - of_q), sum);
  }
  return sum;
}

/// g · ∂KL/∂q = g (q − p)
SSLHOST_BOTH void kl_gradient_of_q(float g, const float* p, const float* q, int64_t classes,
                                   float* out) {
  const float of_p = log_sum_exp(p, classes), of_q = log_sum_exp(q, classes);
  for (int64_t i = 0; i < classes; ++i)
    out[i] = g * (draws::exp_of(q[i] - of_q) - draws::exp_of(p[i] - of_p));
}

/// g · ∂KL/∂p = g p (log p − log q − KL)
SSLHOST_BOTH void kl_gradient_of_p(float g, const float* p, const float* q, int64_t classes,
                                   float* out) {
  const float of_p = log_sum_exp(p, classes), of_q = log_sum_exp(q, classes);
  const float whole = kl(p, q, classes);
  for (int64_t i = 0; i < classes; ++i) {
    const float log_p = p[i] - of_p;
    out[i] = g * draws::exp_of(log_p) * (log_p - (q[i] - of_q) - whole);
  }
}

/// H = −Σ p log p
SSLHOST_BOTH float entropy(const float* z, int64_t classes) {
  const float whole = log_sum_exp(z, classes);
  float sum = 0;
  for (int64_t i = 0; i < classes; ++i) {
    const float log_p = z[i] - whole;
    sum = fmaf(draws::exp_of(log_p), -log_p, sum);
  }
  return sum;
}

/// g · ∂H/∂z = −g p (log p + H)
SSLHOST_BOTH void entropy_gradient(float g, const float* z, int64_t classes, float* out) {
  const float whole = log_sum_exp(z, classes), h = entropy(z, classes);
  for (int64_t i = 0; i < classes; ++i) {
    const float log_p = z[i] - whole;
    out[i] = -g * draws::exp_of(log_p) * (log_p + h);
  }
}

}  // namespace sslhost::rows
