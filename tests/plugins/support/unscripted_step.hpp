// SPDX-License-Identifier: Apache-2.0
#pragma once

// What scripts of a step have in common: what a method is not expected to ask for, and scopes in
// which nothing happens.

#include <map>
#include <stdexcept>
#include <string>

#include <ATen/core/Tensor.h>

#include "sslhost/step.hpp"

namespace sslhost::testing {

class UnscriptedStep : public Step {
 public:
  Labeled labeled(Pick) override { unscripted(); }
  Tensor unlabeled(Pick) override { unscripted(); }
  Tensor index(Pick) override { unscripted(); }
  void update(Optimizer, const Tensor&, std::string_view) override { unscripted(); }
  void update(std::initializer_list<std::pair<Optimizer, Tensor>>) override { unscripted(); }
  void update_with(Optimizer, const std::vector<Tensor>&, std::string_view) override {
    unscripted();
  }
  void log_accuracy(std::string_view, const Tensor&, const Tensor&, const Tensor&) override {}
  void log(std::string_view name, const Tensor& value) override {
    logged[std::string(name)] = value.item<double>();
  }
  Tensor normal(std::string_view, IntArrayRef) override { unscripted(); }
  Tensor uniform(std::string_view, IntArrayRef) override { unscripted(); }
  Tensor bernoulli(std::string_view, double, IntArrayRef) override { unscripted(); }
  Tensor beta(std::string_view, double, double, IntArrayRef) override { unscripted(); }
  Tensor permutation(std::string_view, int64_t) override { unscripted(); }
  Tensor iteration() const override { unscripted(); }
  Tensor progress() const override { unscripted(); }
  std::string_view phase() const override { return "train"; }
  NoiseScope noise(std::string_view, bool) override { return NoiseScope(); }
  EvaluationScope evaluate(ModuleRef) override { return EvaluationScope(); }
  StatisticsScope record_statistics(ModuleRef, bool) override { return StatisticsScope(); }

  std::map<std::string, double> logged;

 private:
  [[noreturn]] static void unscripted() { throw std::logic_error("not scripted"); }
};

}  // namespace sslhost::testing
