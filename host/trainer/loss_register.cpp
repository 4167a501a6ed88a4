// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/loss_register.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {
constexpr int64_t kTerms = 64;
}

LossRegister::LossRegister(c10::Device device)
    : first_(at::full({}, -1, at::dtype(at::kLong).device(device))),
      skip_(at::zeros({}, at::dtype(at::kFloat).device(device))) {}

int64_t LossRegister::code(std::string_view term, int64_t iteration) {
  auto found = std::find(terms_.begin(), terms_.end(), term);
  if (found == terms_.end()) {
    TORCH_CHECK(terms_.size() < kTerms, "more than ", kTerms, " loss terms");
    found = terms_.emplace(terms_.end(), term);
  }
  return iteration * kTerms + (found - terms_.begin());
}

void LossRegister::note(const Tensor& loss, std::string_view term, int64_t iteration) {
  TORCH_CHECK(loss.dim() == 0, "loss '", term, "': expected a scalar [], found ", loss.sizes());
  at::NoGradGuard no_grad;
  const int64_t coded = code(term, iteration);
  if (loss.device().is_cpu() &&
      loss.scalar_type() == at::kFloat) {  // six operators in one comparison
    if (!std::isfinite(*loss.const_data_ptr<float>()) && *first_.const_data_ptr<int64_t>() < 0) {
      *first_.mutable_data_ptr<int64_t>() = coded;
      *skip_.mutable_data_ptr<float>() = 1;
    }
    return;
  }
  const auto keep = at::logical_or(at::isfinite(loss), first_ >= 0);
  first_.copy_(at::where(keep, first_, coded));
  skip_.copy_(first_ >= 0);
}

std::optional<LossRegister::Bad> LossRegister::read() const {
  const auto coded = first_.item<int64_t>();
  if (coded < 0) return std::nullopt;
  return Bad{coded / kTerms, terms_[static_cast<size_t>(coded % kTerms)]};
}

}  // namespace sslhost::host
