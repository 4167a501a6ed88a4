// SPDX-License-Identifier: Apache-2.0
#pragma once

// Build and Step that write down what a method makes and does, and change nothing.

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>

#include "sslhost/build.hpp"
#include "sslhost/step.hpp"
#include "sslhost/training/random.hpp"

namespace sslhost::testing {

/// LibTorch's own initialisation draws from its default generator.
inline void seed_libtorch(uint64_t seed) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  generator.set_current_seed(seed);
}

class RecordedBuild final : public Build {
 public:
  explicit RecordedBuild(const Task& task, std::string model = "mlp-6-5")
      : task_(task), model_(std::move(model)) {}
  const Task& task() const override { return task_; }
  uint64_t seed(std::string_view name) const override { return random::name_key(name); }
  Network backbone(std::string_view name, const NetworkRequest& request) override {
    Network net(make_backbone(model_, task_, request, seed(name)));
    own(name, net.ptr());
    return net;
  }
  Optimizer optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                      const OptimizerOptions&) override {
    std::vector<Module*> trained;
    for (const auto& group : groups) {
      trained.push_back(group.module->ours());
      factors[std::string(name)].push_back(group.learning_rate_factor);
    }
    optimizers.emplace_back(name, trained);
    return Optimizer(static_cast<int64_t>(optimizers.size()) - 1);
  }
  std::vector<Tensor> parameters(Optimizer) const override {
    throw std::logic_error("not asked for");
  }
  Tensor state(std::string_view, Tensor initial, Keep) override { return initial; }
  void ema_teacher(ModuleRef, ModuleRef, const EmaOptions&) override {}
  void predict_with(const Network&) override {}
  void problem(std::string_view option, std::string_view) override {
    problems.emplace_back(option);
  }
  void warning(std::string_view) override {}

  Module* at(const std::string& name) const { return modules.at(name).get(); }

  std::map<std::string, std::shared_ptr<Module>> modules;
  std::vector<std::pair<std::string, std::vector<Module*>>> optimizers;
  std::map<std::string, std::vector<double>> factors;  ///< of learning rates, by optimizer
  std::vector<std::string> problems;

 private:
  void own(std::string_view name, std::shared_ptr<Module> module) override {
    modules.emplace(name, std::move(module));
  }
  Task task_;
  std::string model_;
};

class RecordedStep final : public Step {
 public:
  struct Update {
    int64_t optimizer;
    std::string term;
    Tensor loss;
  };
  explicit RecordedStep(std::string_view phase) : phase_(phase) {}

  Labeled labeled(Pick) override { return {x, y}; }
  Tensor unlabeled(Pick) override { return u; }
  Tensor index(Pick) override { return positions; }
  void update(Optimizer o, const Tensor& loss, std::string_view term) override {
    updates.push_back({o.id(), std::string(term), loss});
  }
  void update(std::initializer_list<std::pair<Optimizer, Tensor>>) override {
    throw std::logic_error("one loss at a time");
  }
  void update_with(Optimizer, const std::vector<Tensor>&, std::string_view) override {
    throw std::logic_error("losses alone");
  }
  void log(std::string_view, const Tensor&) override {}
  void log_accuracy(std::string_view, const Tensor&, const Tensor&, const Tensor&) override {}
  Tensor normal(std::string_view, IntArrayRef shape) override { return draw.view(shape).clone(); }
  Tensor uniform(std::string_view, IntArrayRef) override { throw std::logic_error("not drawn"); }
  Tensor bernoulli(std::string_view, double, IntArrayRef) override {
    throw std::logic_error("not drawn");
  }
  Tensor beta(std::string_view, double, double, IntArrayRef) override {
    throw std::logic_error("not drawn");
  }
  Tensor permutation(std::string_view, int64_t) override { throw std::logic_error("not drawn"); }
  Tensor iteration() const override { return at::zeros({}, at::kLong); }
  Tensor progress() const override { return at::zeros({}); }
  std::string_view phase() const override { return phase_; }
  NoiseScope noise(std::string_view, bool) override { return NoiseScope(); }
  EvaluationScope evaluate(ModuleRef module) override {
    evaluated.push_back(module.ours());
    module.ours()->eval();
    return EvaluationScope([module] { module.ours()->train(); });
  }
  StatisticsScope record_statistics(ModuleRef module, bool on) override {
    if (on) tracked.push_back(module.ours());
    return StatisticsScope();
  }

  Tensor x, y, u, draw, positions;
  std::vector<Update> updates;
  std::vector<Module*> tracked, evaluated;

 private:
  std::string_view phase_;
};

}  // namespace sslhost::testing
