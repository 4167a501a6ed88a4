// SPDX-License-Identifier: Apache-2.0
// Draws and scopes of a step.
#include "sslhost/training/random.hpp"
#include "sslhost/training/ranks.hpp"

#include "host/model/evaluation_mode.hpp"
#include "host/trainer/training_step.hpp"

namespace sslhost::host {

random::Key TrainingStep::key_of(std::string_view draw) const {
  if (habits_) habits_->draw(draw);
  return inputs_.key(key_).mixed(random::name_key(draw));
}

Tensor TrainingStep::normal(std::string_view name, IntArrayRef shape) {
  const auto key = key_of(name);
  return detail::own_rows(
      shape, [&](IntArrayRef rows) { return random::normal(rows, key, registry_.task().device); });
}

Tensor TrainingStep::uniform(std::string_view name, IntArrayRef shape) {
  const auto key = key_of(name);
  return detail::own_rows(
      shape, [&](IntArrayRef rows) { return random::uniform(rows, key, registry_.task().device); });
}

Tensor TrainingStep::bernoulli(std::string_view name, double p, IntArrayRef shape) {
  const auto key = key_of(name);
  return detail::own_rows(shape, [&](IntArrayRef rows) {
    return random::bernoulli(rows, p, key, registry_.task().device);
  });
}

Tensor TrainingStep::beta(std::string_view name, double a, double b, IntArrayRef shape) {
  const auto key = key_of(name);
  return detail::own_rows(shape, [&](IntArrayRef rows) {
    return random::beta(rows, a, b, key, registry_.task().device);
  });
}

Tensor TrainingStep::permutation(std::string_view name, int64_t n) {
  return random::permutation_on(n, key_of(name), registry_.task().device);
}

detail::ScopeEnd TrainingStep::noted(const std::string& call, detail::ScopeEnd scope) {
  return habits_ ? habits_->scope(call, std::move(scope)) : std::move(scope);
}

NoiseScope TrainingStep::noise(std::string_view name, bool on) {
  if (!on) return NoiseScope();
  const auto outer = noise_.scope;
  noise_.scope = random::name_key(name) | 1;  // 0 means none
  NoiseScope scope([this, outer] { noise_.scope = outer; });
  return noted("Step::noise(\"" + std::string(name) + "\")", std::move(scope));
}

StatisticsScope TrainingStep::record_statistics(ModuleRef module, bool on) {
  if (!on) return StatisticsScope();
  constexpr auto kWhere = "Step::record_statistics";
  auto& recording = registry_.resolve(module, kWhere);
  return noted(kWhere, registry_.statistics().open(recording));
}

EvaluationScope TrainingStep::evaluate(ModuleRef module) {
  constexpr auto kWhere = "Step::evaluate";
  return noted(kWhere, evaluation_scope(registry_.resolve(module, kWhere)));
}

}  // namespace sslhost::host
