// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/evaluation_mode.hpp"

#include <ATen/core/grad_mode.h>

namespace sslhost::host {

EvaluationMode::EvaluationMode(Assembly& assembly)
    : assembly_(assembly), gradients_(at::GradMode::is_enabled()) {
  for (const auto& [name, module] : assembly_.modules_)
    for (const auto& part : module->modules()) {
      flags_.emplace_back(part.get(), part->is_training());
    }
  for (const auto& [name, module] : assembly_.modules_) module->eval();
  if (assembly_.average_) assembly_.average_->swap();
  assembly_.gates_.open_all();
  at::GradMode::set_enabled(false);
}

EvaluationMode::~EvaluationMode() {
  at::GradMode::set_enabled(gradients_);
  if (assembly_.average_) assembly_.average_->swap();
  // train() acts on a whole subtree: outer modules come first in the list, so inner ones have the
  // last word.
  for (const auto& [module, flag] : flags_) module->train(flag);
  assembly_.gates_.close_all();
}

}  // namespace sslhost::host
