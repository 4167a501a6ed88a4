// SPDX-License-Identifier: Apache-2.0
#include "host/model/evaluation_mode.hpp"

#include <ATen/core/grad_mode.h>

namespace sslhost::host {

EvaluationScope evaluation_scope(Module& module) {
  std::vector<std::pair<Module*, bool>> flags;
  for (const auto& part : module.named_modules())
    flags.emplace_back(part.module, part.module->is_training());
  module.eval();
  return EvaluationScope([flags = std::move(flags)] {
    for (const auto& [part, training] : flags) part->set_training(training);
  });
}

EvaluationMode::EvaluationMode(Registry& registry)
    : registry_(registry), gradients_(at::GradMode::is_enabled()) {
  // A module may be a part of two that are registered: scopes end in the reverse order.
  for (auto* module : registry_.modules()) scopes_.push_back(evaluation_scope(*module));
  registry_.exchange_averages();
  at::GradMode::set_enabled(false);
}

EvaluationMode::~EvaluationMode() {
  at::GradMode::set_enabled(gradients_);
  registry_.exchange_averages();
  while (!scopes_.empty()) scopes_.pop_back();
}

}  // namespace sslhost::host
