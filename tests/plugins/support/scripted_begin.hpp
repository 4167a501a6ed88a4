// SPDX-License-Identifier: Apache-2.0
#pragma once

// The start of a phase over pools that a test holds.

#include <ATen/core/grad_mode.h>

#include "sslhost/step.hpp"

namespace sslhost::testing {

class ScriptedBegin final : public Begin {
 public:
  ScriptedBegin(Tensor labeled, Tensor labels, Tensor unlabeled)
      : labeled_(std::move(labeled)),
        labels_(std::move(labels)),
        unlabeled_(std::move(unlabeled)) {}
  std::string_view phase() const override { return "solve"; }
  int64_t iteration() const override { return 0; }
  int64_t size(Pool pool) const override { return of(pool).size(0); }
  Tensor images(Pool pool, int64_t first, int64_t count) const override {
    return of(pool).narrow(0, first, count).clone();
  }
  Tensor labels() const override { return labels_.clone(); }
  EvaluationScope evaluate(ModuleRef) override { return EvaluationScope(); }
  TrainingScope train(ModuleRef) override { return TrainingScope(); }

 private:
  const at::NoGradGuard no_gradients_;
  const Tensor& of(Pool pool) const { return pool == Pool::labeled ? labeled_ : unlabeled_; }
  Tensor labeled_, labels_, unlabeled_;
};

}  // namespace sslhost::testing
