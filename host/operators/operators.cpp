// SPDX-License-Identifier: Apache-2.0
#include "host/operators/operators.hpp"

#include <optional>

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

namespace sslhost::host::operators {

namespace {

template <class Signature>
c10::TypedOperatorHandle<Signature> find(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

std::optional<Tensor> optional(const Tensor& tensor) {
  return tensor.defined() ? std::optional<Tensor>(tensor) : std::nullopt;
}

/// As the kernels read it: a float32 tensor whose elements fill its memory without a gap.
Tensor plain(const Tensor& value) {
  const auto detached = value.detach();
  if (value.scalar_type() != at::kFloat)  // x − x is 0, or NaN where x is not finite
    return detached.sub(detached).sum().to(at::kFloat);
  return value.is_non_overlapping_and_dense() ? detached : detached.contiguous();
}

}  // namespace

void note_finite(const NonFinite& state, const std::vector<Tensor>& values, const Tensor& iteration,
                 int64_t term) {
  static const auto call =
      find<void(const Tensor&, const Tensor&, at::TensorList, const Tensor&, int64_t)>(
          "sslhost::note_finite_");
  TORCH_CHECK(term >= 0 && term < kTerms, "term ", term, " of ", kTerms);
  const at::NoGradGuard no_gradient;
  std::vector<Tensor> floats;
  for (const auto& value : values)
    if (value.defined() && value.numel() > 0) floats.push_back(plain(value));
  if (floats.empty()) return;
  const at::AutoDispatchBelowADInplaceOrView below;
  call.call(state.first, state.found_inf, floats, iteration, term);
}

void count_steps(const std::vector<Tensor>& steps, const Tensor& found_inf) {
  static const auto call = find<void(at::TensorList, const Tensor&)>("sslhost::count_steps_");
  const at::AutoDispatchBelowADInplaceOrView below;
  call.call(steps, found_inf);
}

void add_to_mean(const Tensor& sums, const Tensor& value) {
  static const auto call = find<void(const Tensor&, const Tensor&)>("sslhost::add_to_mean_");
  if (value.numel() == 0) return;  // a grid of no blocks is refused
  const at::NoGradGuard no_gradient;
  const auto floats = value.detach().to(sums.device(), at::kFloat).contiguous();
  const at::AutoDispatchBelowADInplaceOrView below;
  call.call(sums, floats);
}

void settle(const std::vector<Tensor>& tensors, const std::vector<Tensor>& remembered,
            const Tensor& found_inf) {
  static const auto call =
      find<void(at::TensorList, at::TensorList, const Tensor&)>("sslhost::settle_");
  TORCH_CHECK(tensors.size() == remembered.size());
  const at::AutoDispatchBelowADInplaceOrView below;
  call.call(tensors, remembered, found_inf);
}

Tensor gather(const Tensor& data, const Tensor& rows, double factor, const Tensor& mean,
              const Tensor& std) {
  static const auto call =
      find<Tensor(const Tensor&, const Tensor&, double, const std::optional<Tensor>&,
                  const std::optional<Tensor>&)>("sslhost::gather");
  const at::AutoDispatchBelowADInplaceOrView below;
  return call.call(data, rows, factor, optional(mean), optional(std));
}

TORCH_LIBRARY_FRAGMENT(sslhost, library) {
  library.def(
      "note_finite_(Tensor(a!) first, Tensor(b!) found_inf, Tensor[] values, Tensor iteration, "
      "int term) -> ()");
  library.def("count_steps_(Tensor(a!)[] steps, Tensor found_inf) -> ()");
  library.def("add_to_mean_(Tensor(a!) sums, Tensor value) -> ()");
  library.def("settle_(Tensor(a!)[] tensors, Tensor(b!)[] remembered, Tensor found_inf) -> ()");
  library.def(
      "gather(Tensor data, Tensor rows, float factor, Tensor? mean, Tensor? std) -> Tensor");
}

}  // namespace sslhost::host::operators
