// SPDX-License-Identifier: Apache-2.0
#pragma once

// Build and Step as a script: given batches and draws in float64, every pass of the network and
// every update written down.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/build.hpp"
#include "sslhost/nn/layers.hpp"

#include "tests/plugins/support/unscripted_step.hpp"

namespace sslhost::testing {

constexpr int64_t kInputs = 4, kHidden = 5, kClasses = 3;

inline Task small_task(int64_t unlabeled) {
  return {.classes = kClasses,
          .channels = 1,
          .height = 2,
          .width = 2,
          .labeled = 6,
          .unlabeled = unlabeled,
          .data_rms = 2.5};
}

/// Other images of such a task, [count, 1, 2, 2], for each factor.
inline Tensor images(int64_t count, double factor) {
  return at::linspace(-0.8, 1, count * kInputs, at::kDouble)
      .mul(factor)
      .sin()
      .mul(2)
      .view({count, 1, 2, 2});
}

/// What was open while a pass ran.
struct Scopes {
  std::string noise;                 ///< name of the scope; empty: none
  const Module* recorded = nullptr;  ///< module whose statistics are
  bool tracked = false;              ///< in a pass: those of its own network
};

struct Pass {
  Tensor input;
  Scopes scopes;
  bool gradient;  ///< whether autograd recorded it
  bool noise;     ///< whether a noise layer below the network would have drawn
};

/// logits = w2 · tanh(w1 · x): smooth, so that finite differences are sharp, and small enough for
/// loops. Networks of another `shift` have other weights.
class SpyNet final : public Backbone {
 public:
  SpyNet(int64_t inputs, int64_t hidden, int64_t classes, const Scopes& scopes, double shift = 0)
      : scopes_(scopes) {
    w1 = register_parameter("w1", at::linspace(-1, 1.1, hidden * inputs, at::kDouble)
                                      .mul(7)
                                      .add(shift)
                                      .sin()
                                      .view({hidden, inputs}));
    w2 = register_parameter(
        "w2",
        at::linspace(-1, 0.9, classes * hidden, at::kDouble).mul(5).cos().view({classes, hidden}));
  }
  Tensor features(const Tensor& images) override {
    auto open = scopes_;
    open.tracked = open.recorded == this;
    passes.push_back({images.detach().clone(), open, at::GradMode::is_enabled(), draws()});
    return at::tanh(images.flatten(1).mm(w1.t()));
  }
  Tensor head(const Tensor& features) override { return features.mm(w2.t()); }
  int64_t width() const override { return w1.size(0); }

  using Module::register_module;
  using Module::register_parameter;
  Tensor w1, w2;
  std::vector<Pass> passes;

 private:
  bool draws() {
    for (const auto& part : named_modules())
      if (part.module->is_training() && dynamic_cast<NoiseLayer*>(part.module)) return true;
    return false;
  }
  const Scopes& scopes_;
};

class ScriptedBuild final : public Build {
 public:
  ScriptedBuild(const Task& task, std::shared_ptr<Backbone> net)
      : task_(task), net_(std::move(net)) {}
  const Task& task() const override { return task_; }
  Network backbone(std::string_view name, const NetworkRequest& request) override {
    requests.push_back(request);
    const auto other = others.find(std::string(name));
    return Network(other == others.end() ? net_ : other->second);
  }
  uint64_t seed(std::string_view) const override { return 0; }
  Optimizer optimizer(std::string_view, const std::vector<ParameterGroup>&,
                      const OptimizerOptions&) override {
    return Optimizer(optimizers++);
  }
  std::vector<Tensor> parameters(Optimizer) const override { return net_->parameters(); }
  Tensor state(std::string_view, Tensor initial, Keep) override { return initial; }
  void ema_teacher(ModuleRef teacher, ModuleRef student, const EmaOptions& options) override {
    teachers.push_back({teacher.ours(), student.ours(), options.decay, options.warm_up});
  }
  void predict_with(const Network& network) override { predictor = network; }
  void problem(std::string_view option, std::string_view) override {
    problems.emplace_back(option);
  }
  void warning(std::string_view text) override { warnings.emplace_back(text); }
  struct Teacher {
    const Module *teacher, *student;
    double decay;
    bool warm_up;
  };

  std::map<std::string, std::shared_ptr<Backbone>> others;  ///< by name; else the one given
  std::vector<NetworkRequest> requests;
  std::vector<Teacher> teachers;
  Network predictor;
  std::vector<std::string> problems, warnings;
  int64_t optimizers = 0;  ///< asked for; their ids are 0, 1, ...

 private:
  void own(std::string_view, std::shared_ptr<Module>) override {}
  Task task_;
  std::shared_ptr<Backbone> net_;
};

class ScriptedStep final : public UnscriptedStep {
 public:
  struct Update {
    std::string term;
    double loss;
    std::vector<Tensor> gradients,
        before;  ///< of w1 and w2; the weights that the loss was made with
    int64_t optimizer;
  };
  using UnscriptedStep::update;
  explicit ScriptedStep(Scopes& scopes) : scopes_(scopes) {}

  Labeled labeled(Pick pick) override { return {view(labeled_views, pick, x), y}; }
  Tensor unlabeled(Pick pick) override { return view(unlabeled_views, pick, u); }
  /// Plain gradient descent, so that the weights of a second loss differ from those of the first.
  void update(Optimizer optimizer, const Tensor& loss, std::string_view term) override {
    const auto gradients = torch::autograd::grad({loss}, {net->w1, net->w2});
    updates.push_back({std::string(term),
                       loss.item<double>(),
                       gradients,
                       {net->w1.detach().clone(), net->w2.detach().clone()},
                       optimizer.id()});
    const at::NoGradGuard no_gradient;
    net->w1.sub_(gradients[0], 0.1);
    net->w2.sub_(gradients[1], 0.1);
  }
  Tensor normal(std::string_view, IntArrayRef shape) override { return draw.view(shape).clone(); }
  Tensor beta(std::string_view, double, double, IntArrayRef shape) override {
    return shares.view(shape).clone();
  }
  Tensor permutation(std::string_view, int64_t) override { return partners.clone(); }
  Tensor index(Pick) override { return positions; }
  std::string_view phase() const override { return now; }
  Tensor progress() const override { return at::full({}, done); }
  NoiseScope noise(std::string_view name, bool on) override {
    if (!on) return NoiseScope();
    scopes_.noise = name;
    return NoiseScope([this] { scopes_.noise.clear(); });
  }
  StatisticsScope record_statistics(ModuleRef module, bool on) override {
    if (!on) return StatisticsScope();
    scopes_.recorded = module.ours();
    return StatisticsScope([this] { scopes_.recorded = nullptr; });
  }

  Tensor x, y, u, draw;
  Tensor shares, partners, positions;  ///< of beta(), permutation() and index()
  std::string now = "train";           ///< what phase() says
  std::map<std::string, Tensor> labeled_views, unlabeled_views;  ///< by name; else x and u
  double done = 0;                                               ///< what progress() says
  std::shared_ptr<SpyNet> net;
  std::vector<Update> updates;

 private:
  static Tensor view(const std::map<std::string, Tensor>& views, Pick pick, const Tensor& plain) {
    const auto found = views.find(std::string(pick.view));
    return found == views.end() ? plain : found->second;
  }
  Scopes& scopes_;
};

}  // namespace sslhost::testing
