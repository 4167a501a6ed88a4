// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's losses and gradients, the same as other methods use.

#include <vector>

#include "sslhost/stable/host.hpp"

namespace sslhost::stable {

namespace detail {
inline Tensor loss(Loss kind, const Tensor& a, const Tensor* b, bool mean) {
  return given(host().loss, static_cast<uint32_t>(kind), handle_of(a),
               b == nullptr ? nullptr : handle_of(*b), uint32_t{mean});
}
}  // namespace detail

/// As in sslhost/training/losses.hpp: [] means over N, or [N] where `mean` is false.
inline Tensor cross_entropy(const Tensor& logits, const Tensor& labels, bool mean = true) {
  return detail::loss(Loss::cross_entropy, logits, &labels, mean);
}
/// KL(softmax(p) ‖ softmax(q)).
inline Tensor kl_divergence(const Tensor& p_logits, const Tensor& q_logits, bool mean = true) {
  return detail::loss(Loss::kl_divergence, p_logits, &q_logits, mean);
}
/// −Σ_k p_k log p_k.
inline Tensor entropy(const Tensor& logits, bool mean = true) {
  return detail::loss(Loss::entropy, logits, nullptr, mean);
}
/// (x − target)², the mean over a sample's elements.
inline Tensor squared_error(const Tensor& x, const Tensor& target, bool mean = true) {
  return detail::loss(Loss::squared_error, x, &target, mean);
}
/// x / ‖x‖ for each sample.
inline Tensor unit_norm(const Tensor& x) {
  return detail::given(detail::host().unit_norm, detail::handle_of(x));
}
/// Of `value` [] with respect to the inputs, in their order.
inline std::vector<Tensor> gradients(const Tensor& value, const std::vector<Tensor>& inputs,
                                     bool keep_graph = false) {
  std::vector<TensorHandle> from, to(inputs.size());
  for (const auto& input : inputs) from.push_back(detail::handle_of(input));
  detail::must(detail::host().gradients(detail::handle_of(value), from.data(),
                                        static_cast<uint32_t>(from.size()), uint32_t{keep_graph},
                                        to.data()));
  std::vector<Tensor> all;
  for (auto* handle : to) all.push_back(detail::owned(handle));
  return all;
}

}  // namespace sslhost::stable
