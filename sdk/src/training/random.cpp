// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/random.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

namespace sslhost::random {

namespace {

Tensor empty(IntArrayRef shape, c10::Device device) {
  return at::empty(shape, at::dtype(at::kFloat).device(device));
}

/// An operator of LibTorch's dispatcher (draw_operators.cpp), so that each device has its own
/// kernel.
template <class... Parameters>
using Draw = c10::TypedOperatorHandle<void(const Tensor&, const std::optional<Tensor>&, int64_t,
                                           IntArrayRef, Parameters...)>;

template <class... Parameters>
Draw<Parameters...> find(const char* name) {
  return c10::Dispatcher::singleton()
      .findSchemaOrThrow(name, "")
      .typed<void(const Tensor&, const std::optional<Tensor>&, int64_t, IntArrayRef,
                  Parameters...)>();
}

template <class... Parameters>
Tensor drawn(const Draw<Parameters...>& draw, Tensor out, const Key& key,
             std::type_identity_t<Parameters>... parameters) {
  std::optional<Tensor> iteration;
  if (key.iteration().defined()) iteration = key.iteration();
  int64_t mixes[Key::kMost] = {};
  std::copy_n(key.mixes(), key.count(), mixes);
  const at::AutoDispatchBelowADInplaceOrView no_gradient;
  draw.call(out, iteration, static_cast<int64_t>(key.start()),
            IntArrayRef(mixes, static_cast<size_t>(key.count())), parameters...);
  return out;
}

Tensor chosen(Tensor out, const Key& key, double p, double chosen, double other) {
  static const auto draw = find<double, double, double>("sslhost::draw_choice_");
  return drawn(draw, std::move(out), key, p, chosen, other);
}

}  // namespace

Key Key::at(uint64_t key, const Tensor& iteration, uint64_t number) {
  Key result(mix(key, number));
  result.start_ = key;
  result.iteration_ = iteration;
  return result;
}

Key Key::mixed(uint64_t value) const {
  TORCH_CHECK(count_ < kMost, "a key of more than ", kMost, " parts");
  Key result = *this;
  result.value_ = mix(value_, value);
  result.mixes_[result.count_++] = value;
  return result;
}

Tensor normal(IntArrayRef shape, const Key& key, c10::Device device) {
  static const auto draw = find<>("sslhost::draw_normal_");
  return drawn(draw, empty(shape, device), key);
}

Tensor uniform(IntArrayRef shape, const Key& key, c10::Device device) {
  static const auto draw = find<>("sslhost::draw_uniform_");
  return drawn(draw, empty(shape, device), key);
}

Tensor dropout_mask(IntArrayRef shape, double p, const Key& key, c10::Device device) {
  return chosen(empty(shape, device), key, p, 0, 1 / (1 - p));
}

Tensor bernoulli(IntArrayRef shape, double p, const Key& key, c10::Device device) {
  TORCH_CHECK(p >= 0 && p <= 1, "bernoulli: expected a probability in [0, 1], found ", p);
  return chosen(empty(shape, device), key, p, 1, 0);
}

Tensor beta(IntArrayRef shape, double a, double b, const Key& key, c10::Device device) {
  TORCH_CHECK(a > 0 && b > 0, "beta: expected parameters above 0, found ", a, " and ", b);
  static const auto draw = find<double, double>("sslhost::draw_beta_");
  return drawn(draw, empty(shape, device), key, a, b);
}

Tensor permutation_on(int64_t n, const Key& key, c10::Device device) {
  return uniform({n}, key, device).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
}

}  // namespace sslhost::random
