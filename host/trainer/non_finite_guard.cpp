// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/non_finite_guard.hpp"

#include <algorithm>

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

using operators::kTerms;

NonFiniteGuard::NonFiniteGuard(c10::Device device)
    : state_{at::full({}, -1, at::dtype(at::kLong).device(device)),
             at::zeros({}, at::dtype(at::kFloat).device(device))} {}

int64_t NonFiniteGuard::number_of(std::string_view term) {
  auto found = std::find(terms_.begin(), terms_.end(), term);
  if (found == terms_.end()) {
    TORCH_CHECK(terms_.size() < kTerms, "more than ", kTerms, " loss terms");
    found = terms_.emplace(terms_.end(), term);
  }
  return found - terms_.begin();
}

void NonFiniteGuard::check(const Tensor& loss, std::string_view term, const Tensor& iteration) {
  TORCH_CHECK(loss.dim() == 0, "loss '", term, "': expected a scalar [], found ", loss.sizes());
  operators::note_finite(state_, {loss.to(iteration.device())}, iteration, number_of(term));
}

void NonFiniteGuard::check_gradients(const std::vector<Tensor>& gradients, std::string_view term,
                                     const Tensor& iteration) {
  operators::note_finite(state_, gradients, iteration,
                         number_of("gradient of " + std::string(term)));
}

std::optional<NonFiniteGuard::Bad> NonFiniteGuard::read() const {
  const auto coded = state_.first.item<int64_t>();
  if (coded < 0) return std::nullopt;
  return Bad{coded / kTerms, terms_[static_cast<size_t>(coded % kTerms)]};
}

}  // namespace sslhost::host
