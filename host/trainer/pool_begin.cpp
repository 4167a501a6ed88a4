// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/pool_begin.hpp"

#include <algorithm>
#include <string>

#include "host/model/misuse.hpp"

namespace sslhost::host {

PoolBegin::PoolBegin(const Phase& phase, int64_t iteration, const RunData& data, Registry& registry,
                     Modules modules)
    : phase_(phase), iteration_(iteration), data_(data), registry_(registry) {
  if (modules == Modules::as_they_are) return;
  for (auto* module : registry_.modules())
    for (const auto& part : module->named_modules())
      flags_.emplace_back(part.module, part.module->is_training());
  for (auto* module : registry_.modules()) module->eval();
}

PoolBegin::~PoolBegin() {
  for (const auto& [part, training] : flags_) part->set_training(training);
}

Tensor PoolBegin::images(Pool pool, int64_t first, int64_t count) const {
  const auto& all = of(pool);
  if (first < 0 || count < 0 || first > all.size() - count)
    throw misuse("Begin::images",
                 std::to_string(all.size()) + " samples at most, which that pool has",
                 std::to_string(count) + " from " + std::to_string(first) + " on",
                 "ask Begin::size() how many there are");
  return gather(all.data, all.rows.narrow(0, first, count), all.scale);
}

EvaluationScope PoolBegin::evaluate(ModuleRef module) {
  return evaluation_scope(registry_.resolve(module, "Begin::evaluate"));
}

TrainingScope PoolBegin::train(ModuleRef module) {
  std::vector<std::pair<Module*, bool>> before;
  for (const auto& part : registry_.resolve(module, "Begin::train").named_modules()) {
    before.emplace_back(part.module, part.module->is_training());
    // What a phase has taken out of training stays out of it.
    const auto known = std::find_if(flags_.begin(), flags_.end(),
                                    [&](const auto& f) { return f.first == part.module; });
    if (known != flags_.end()) part.module->set_training(known->second);
  }
  const bool gradients = at::GradMode::is_enabled();
  at::GradMode::set_enabled(true);
  return TrainingScope([before = std::move(before), gradients] {
    at::GradMode::set_enabled(gradients);
    for (const auto& [part, training] : before) part->set_training(training);
  });
}

}  // namespace sslhost::host
