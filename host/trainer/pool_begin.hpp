// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Begin: whole pools in pieces. As long as it lives no gradients are taken, but in its
// train() scopes.

#include <utility>
#include <vector>

#include <ATen/core/grad_mode.h>

#include "sslhost/step.hpp"

#include "host/data/run_data.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

class PoolBegin final : public Begin {
 public:
  enum class Modules {
    as_they_are,  ///< for begin(), which may take some out of training for the phase
    evaluating,   ///< for prepare() and refresh(); their flags come back afterwards
  };
  PoolBegin(const Phase& phase, int64_t iteration, const RunData& data, Registry& registry,
            Modules modules);
  ~PoolBegin() override;
  PoolBegin(const PoolBegin&) = delete;
  PoolBegin& operator=(const PoolBegin&) = delete;

  std::string_view phase() const override { return phase_.name; }
  int64_t iteration() const override { return iteration_; }
  int64_t size(Pool pool) const override { return of(pool).size(); }
  Tensor images(Pool pool, int64_t first, int64_t count) const override;
  Tensor labels() const override { return data_.labeled.labels.clone(); }
  EvaluationScope evaluate(ModuleRef module) override;
  TrainingScope train(ModuleRef module) override;

 private:
  const ResidentPool& of(Pool pool) const {
    return pool == Pool::labeled ? data_.labeled : data_.unlabeled;
  }
  const at::NoGradGuard no_gradients_;
  const Phase& phase_;
  int64_t iteration_;
  const RunData& data_;
  Registry& registry_;
  std::vector<std::pair<Module*, bool>> flags_;  ///< as they were, where modules are evaluating
};

}  // namespace sslhost::host
