// SPDX-License-Identifier: Apache-2.0
#pragma once

// Build and Step as a script, for a method with a classifier and a generator: given batches and
// draws in float64, every pass and every update written down.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/build.hpp"
#include "sslhost/nn/generator.hpp"

#include "tests/plugins/support/unscripted_step.hpp"

namespace sslhost::testing {

struct Pass {
  Tensor input;
  bool tracked;         ///< inside record_statistics(net)
  bool gradient;        ///< autograd recorded it
  bool input_gradient;  ///< and leads back to the input
};

/// logits = w2 · tanh(w1 · x): smooth, and small enough for loops.
class SpyNet final : public Backbone {
 public:
  SpyNet(int64_t inputs, int64_t hidden, int64_t classes) {
    w1 = register_parameter(
        "w1",
        at::linspace(-1, 1.1, hidden * inputs, at::kDouble).mul(7).sin().view({hidden, inputs}));
    w2 = register_parameter(
        "w2",
        at::linspace(-1, 0.9, classes * hidden, at::kDouble).mul(5).cos().view({classes, hidden}));
  }
  Tensor features(const Tensor& images) override {
    passes.push_back(
        {images.detach().clone(), tracked, at::GradMode::is_enabled(), images.requires_grad()});
    return at::tanh(images.flatten(1).mm(w1.t()));
  }
  Tensor head(const Tensor& features) override { return features.mm(w2.t()); }
  int64_t width() const override { return w1.size(0); }

  Tensor w1, w2;
  bool tracked = false;
  std::vector<Pass> passes;
};

class ScriptedBuild final : public Build {
 public:
  ScriptedBuild(const Task& task, std::shared_ptr<Backbone> net)
      : task_(task), net_(std::move(net)) {}
  const Task& task() const override { return task_; }
  uint64_t seed(std::string_view name) const override { return name.size(); }
  Network backbone(std::string_view, const NetworkRequest&) override { return Network(net_); }
  Optimizer optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                      const OptimizerOptions&) override {
    optimizers.emplace_back(name, groups.front().module->ours()->parameters());
    return Optimizer(static_cast<int64_t>(optimizers.size()) - 1);
  }
  std::vector<Tensor> parameters(Optimizer optimizer) const override {
    return optimizers.at(static_cast<size_t>(optimizer.id())).second;
  }
  Tensor state(std::string_view name, Tensor initial, Keep) override {
    return states[std::string(name)] = std::move(initial);
  }
  void ema_teacher(ModuleRef, ModuleRef, const EmaOptions&) override {}
  void predict_with(const Network&) override {}
  void problem(std::string_view, std::string_view) override {}
  void warning(std::string_view) override {}

  std::vector<std::pair<std::string, std::vector<Tensor>>> optimizers;
  std::map<std::string, Tensor> states;
  std::shared_ptr<Generator> generator;

 private:
  void own(std::string_view, std::shared_ptr<Module> module) override {
    module->to(at::kDouble);
    generator = std::dynamic_pointer_cast<Generator>(module);
  }
  Task task_;
  std::shared_ptr<Backbone> net_;
};

class ScriptedStep final : public UnscriptedStep {
 public:
  struct Update {
    std::string optimizer;
    double loss;
    std::vector<Tensor> parameters, gradients;  ///< before it; undefined: the loss has none
  };
  using UnscriptedStep::update;
  explicit ScriptedStep(ScriptedBuild& build) : build_(build) {}

  Labeled labeled(Pick) override { return {x, y}; }
  Tensor unlabeled(Pick pick) override { return unlabeled_streams.at(std::string(pick.stream)); }
  /// Plain gradient descent, with gradients of that optimizer's parameters alone.
  void update(Optimizer optimizer, const Tensor& loss, std::string_view) override {
    const auto& [name, all] = build_.optimizers.at(static_cast<size_t>(optimizer.id()));
    Update done{name, loss.item<double>(), {}, {}};
    std::vector<Tensor> trained;
    for (const auto& p : all)
      if (p.requires_grad()) trained.push_back(p);
    for (const auto& p : trained) done.parameters.push_back(p.detach().clone());
    done.gradients = torch::autograd::grad({loss}, trained, {}, std::nullopt, false,
                                           /*allow_unused=*/true);
    const at::NoGradGuard no_gradient;
    for (size_t i = 0; i < trained.size(); ++i)
      if (done.gradients[i].defined()) trained[i].sub_(done.gradients[i], 0.1);
    updates.push_back(std::move(done));
  }
  Tensor normal(std::string_view name, IntArrayRef shape) override { return draw(name, 0, shape); }
  Tensor uniform(std::string_view name, IntArrayRef shape) override { return draw(name, 1, shape); }
  Tensor progress() const override { return at::zeros({}); }
  StatisticsScope record_statistics(ModuleRef module, bool on) override {
    if (!on || module.ours() != net.get()) return StatisticsScope();
    net->tracked = true;
    return StatisticsScope([this] { net->tracked = false; });
  }

  Tensor x, y;
  std::map<std::string, Tensor> unlabeled_streams;
  std::shared_ptr<SpyNet> net;
  std::vector<Update> updates;
  std::vector<Tensor> draws;

 private:
  /// Another for each name and distribution.
  Tensor draw(std::string_view name, int64_t distribution, IntArrayRef shape) {
    const auto count = shape[0] * shape[1];
    const auto phase =
        7 * static_cast<double>(name.size()) + 100. * static_cast<double>(distribution);
    draws.push_back(at::arange(count, at::kDouble).mul(1.3).add(phase).sin().view(shape));
    return draws.back();
  }
  ScriptedBuild& build_;
};

}  // namespace sslhost::testing
