// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/non_finite_guard.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {

constexpr int64_t kTerms = 64;

bool plain(const Tensor& t) { return t.scalar_type() == at::kFloat && t.is_contiguous(); }

/// The largest of the bits below the sign: those of NaN and infinity are above all others.
__attribute__((target_clones("arch=x86-64-v4", "avx2", "default"), optimize("O3"))) uint32_t
largest_magnitude(const float* values, int64_t n) {
  uint32_t largest = 0;
  for (int64_t i = 0; i < n; ++i)
    largest = std::max(largest, std::bit_cast<uint32_t>(values[i]) & 0x7fffffffU);
  return largest;
}

bool finite(const Tensor& t) {
  const auto* values = t.const_data_ptr<float>();
  std::atomic<bool> all = true;
  at::parallel_for(0, t.numel(), 1 << 15, [&](int64_t from, int64_t to) {
    if (largest_magnitude(values + from, to - from) >= 0x7f800000U) all = false;
  });
  return all;
}

}  // namespace

NonFiniteGuard::NonFiniteGuard(c10::Device device)
    : first_(at::full({}, -1, at::dtype(at::kLong).device(device))),
      found_inf_(at::zeros({}, at::dtype(at::kFloat).device(device))) {}

int64_t NonFiniteGuard::number_of(std::string_view term) {
  auto found = std::find(terms_.begin(), terms_.end(), term);
  if (found == terms_.end()) {
    TORCH_CHECK(terms_.size() < kTerms, "more than ", kTerms, " loss terms");
    found = terms_.emplace(terms_.end(), term);
  }
  return found - terms_.begin();
}

/// On a CPU, which is not waited for.
void NonFiniteGuard::note(bool finite, std::string_view term, const Tensor& iteration) {
  if (finite || *first_.const_data_ptr<int64_t>() >= 0) return;
  *first_.mutable_data_ptr<int64_t>() =
      *iteration.const_data_ptr<int64_t>() * kTerms + number_of(term);
  *found_inf_.mutable_data_ptr<float>() = 1;
}

void NonFiniteGuard::note_on_device(const Tensor& finite, std::string_view term,
                                    const Tensor& iteration) {
  const auto keep = at::logical_or(finite, first_ >= 0);
  first_.copy_(at::where(keep, first_, iteration.mul(kTerms).add_(number_of(term))));
  found_inf_.copy_(first_ >= 0);
}

void NonFiniteGuard::check(const Tensor& loss, std::string_view term, const Tensor& iteration) {
  TORCH_CHECK(loss.dim() == 0, "loss '", term, "': expected a scalar [], found ", loss.sizes());
  at::NoGradGuard no_grad;
  const bool at_hand = first_.device().is_cpu() && loss.device().is_cpu();
  if (at_hand && loss.scalar_type() == at::kFloat)  // six operators in a comparison
    note(std::isfinite(*loss.const_data_ptr<float>()), term, iteration);
  else
    note_on_device(at::isfinite(loss), term, iteration);
}

void NonFiniteGuard::check_gradients(const std::vector<Tensor>& gradients, std::string_view term,
                                     const Tensor& iteration) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> there;
  for (const auto& gradient : gradients)
    if (gradient.defined() && gradient.numel() > 0) there.push_back(gradient);
  if (there.empty()) return;
  const auto name = "gradient of " + std::string(term);
  if (first_.is_cpu() && std::all_of(there.begin(), there.end(), plain))
    note(
        *found_inf_.const_data_ptr<float>() != 0 || std::all_of(there.begin(), there.end(), finite),
        name, iteration);
  else  // the largest magnitude, which hands a NaN on; a sum of squares could overflow
    note_on_device(
        at::isfinite(at::stack(at::_foreach_norm(there, std::numeric_limits<double>::infinity())))
            .all(),
        name, iteration);
}

std::optional<NonFiniteGuard::Bad> NonFiniteGuard::read() const {
  const auto coded = first_.item<int64_t>();
  if (coded < 0) return std::nullopt;
  return Bad{coded / kTerms, terms_[static_cast<size_t>(coded % kTerms)]};
}

}  // namespace sslhost::host
