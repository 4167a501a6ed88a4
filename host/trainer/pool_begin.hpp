// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Begin: whole pools in pieces.

#include "sslhost/step.hpp"

#include "host/data/run_data.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

class PoolBegin final : public Begin {
 public:
  PoolBegin(const Phase& phase, int64_t iteration, const RunData& data, Registry& registry)
      : phase_(phase), iteration_(iteration), data_(data), registry_(registry) {}
  std::string_view phase() const override { return phase_.name; }
  int64_t iteration() const override { return iteration_; }
  int64_t size(Pool pool) const override { return of(pool).size(); }
  Tensor images(Pool pool, int64_t first, int64_t count) const override {
    return gather(of(pool).data, of(pool).rows.narrow(0, first, count), of(pool).scale);
  }
  Tensor labels() const override { return data_.labeled.labels.clone(); }
  EvaluationScope evaluate(ModuleRef module) override {
    return evaluation_scope(registry_.resolve(module, "Begin::evaluate"));
  }

 private:
  const ResidentPool& of(Pool pool) const {
    return pool == Pool::labeled ? data_.labeled : data_.unlabeled;
  }
  const Phase& phase_;
  int64_t iteration_;
  const RunData& data_;
  Registry& registry_;
};

}  // namespace sslhost::host
