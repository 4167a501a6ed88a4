// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of a method: a Build and a Step without a host, over tensors of your own, and
// gradients by finite differences. A test includes the method's own file, since its class is in an
// anonymous namespace:
//
//   testing::Bench bench(std::make_unique<MyMethod>(MyMethod::Options{}), task);
//   bench.step().give_labeled(x, y);
//   bench.step().give_unlabeled(u);
//   const auto loss = bench.loss();

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/method.hpp"

/// For the tests of a method.
namespace sslhost::testing {

/// Makes what a method asks for, and keeps it. States and modules stay where they are; teachers
/// begin as copies and do not follow.
class SSLHOST_API FakeBuild final : public Build {
 public:
  /// `model` as in --model; without batch norm a loss is one of its sample alone.
  FakeBuild(const Task& task, std::string model);

  const Task& task() const override { return task_; }
  Network backbone(std::string_view name, const NetworkRequest& request) override;
  uint64_t seed(std::string_view name) const override;
  Optimizer optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                      const OptimizerOptions& options) override;
  std::vector<Tensor> parameters(Optimizer optimizer) const override;
  Tensor state(std::string_view name, Tensor initial, Keep keep) override;
  void ema_teacher(ModuleRef teacher, ModuleRef student, const EmaOptions& options) override;
  void predict_with(const Network& network) override { predictor_ = network; }
  /// Throws Error (usage).
  void problem(std::string_view option, std::string_view why) override;
  void warning(std::string_view /*text*/) override {}

  /// The state of that name. Throws std::out_of_range.
  Tensor state_of(const std::string& name) const { return states_.at(name); }
  const Network& predictor() const { return predictor_; }  ///< of predict_with(); empty: none

 private:
  void own(std::string_view name, std::shared_ptr<Module> module) override;

  Task task_;
  std::string model_;
  std::vector<std::shared_ptr<Module>> modules_;
  std::vector<std::vector<Tensor>> parameters_;
  std::map<std::string, Tensor> states_;
  Network predictor_;
};

/// Gives out the tensors that it was given, and keeps losses instead of updating. Draws depend on
/// their name and the iteration alone: a step that is made again draws the same.
class SSLHOST_API FakeStep final : public Step {
 public:
  ~FakeStep() override;

  /// Images [B,C,H,W], labels [B] int64, for a view and stream as in Pick; both empty: for every
  /// pick of the pool that has no other.
  void give_labeled(Tensor images, Tensor labels, Pick pick = {});
  void give_unlabeled(Tensor images, Pick pick = {});  ///< [U,C,H,W]
  /// What index() gives for every pick, [B] or [U] int64.
  void give_index(Tensor positions) { index_ = std::move(positions); }
  /// Number of the iteration, from 0, of how many, and the name of the phase.
  void set_time(int64_t iteration, int64_t iterations, std::string phase = "train");
  /// Forgets losses and logged values, and begins the noise of the iteration anew.
  void begin();

  /// One call of update() or update_with(), or a pair of the former.
  struct Update {
    Optimizer optimizer;                 ///< as Build::optimizer() gave it
    Tensor loss;                         ///< undefined: `gradients`
    std::string term;                    ///< as it was given
    std::vector<Tensor> gradients = {};  ///< of update_with()
  };
  const std::vector<Update>& updates() const { return updates_; }  ///< in the order of the calls
  /// Throws std::out_of_range.
  Tensor logged(const std::string& name) const { return logged_.at(name); }

  Labeled labeled(Pick pick) override;
  Tensor unlabeled(Pick pick) override;
  Tensor index(Pick pick) override;
  void update(Optimizer optimizer, const Tensor& loss, std::string_view term) override;
  void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) override;
  void update_with(Optimizer optimizer, const std::vector<Tensor>& gradients,
                   std::string_view term) override;
  void log(std::string_view name, const Tensor& value) override;
  /// Nothing: there are no labels to compare with.
  void log_accuracy(std::string_view name, const Tensor& classes, const Tensor& index,
                    const Tensor& mask) override;
  Tensor normal(std::string_view name, IntArrayRef shape) override;
  Tensor uniform(std::string_view name, IntArrayRef shape) override;
  Tensor bernoulli(std::string_view name, double p, IntArrayRef shape) override;
  Tensor beta(std::string_view name, double a, double b, IntArrayRef shape) override;
  Tensor permutation(std::string_view name, int64_t n) override;
  Tensor iteration() const override;
  Tensor progress() const override;
  std::string_view phase() const override { return phase_; }
  NoiseScope noise(std::string_view name, bool on) override;
  StatisticsScope record_statistics(ModuleRef module, bool on) override;
  EvaluationScope evaluate(ModuleRef module) override;

 private:
  using Key = std::pair<std::string, std::string>;  // stream, view
  uint64_t key_of(std::string_view draw) const;

  std::map<Key, Labeled> labeled_;
  std::map<Key, Tensor> unlabeled_;
  Tensor index_;
  int64_t iteration_ = 0, iterations_ = 1;
  std::string phase_ = "train";
  std::vector<Update> updates_;
  std::map<std::string, Tensor> logged_;
  detail::NoiseContext noise_;
};

/// A method that was built, and its step.
class SSLHOST_API Bench {
 public:
  /// Builds the method for that task, with `model` as its network.
  Bench(std::unique_ptr<Method> method, const Task& task, std::string model = "mlp-plain-8-8");

  Method& method() { return *method_; }  ///< built
  FakeBuild& build() { return build_; }  ///< what it made
  FakeStep& step() { return step_; }     ///< what loss() calls step() with
  /// One step; the sum of all its losses [], with its graph. Updates with gradients of the method's
  /// own have none, and are in step().updates().
  Tensor loss();
  /// By how much the gradients of its losses differ from finite differences along a direction that
  /// is half theirs and half random: |a − b| / max(|a|, |b|). Of a right one in float32 below
  /// 0.02; what a method detaches on purpose is constant for one of them alone.
  double gradient_error();
  /// The norm of the gradient of the losses with respect to the unlabeled images that were given.
  double unlabeled_gradient(Pick pick = {});

 private:
  FakeBuild build_;
  FakeStep step_;
  std::unique_ptr<Method> method_;
};

/// (f(x + h e) − f(x − h e)) / 2h for each element; f gives [] and keeps to x's type. float64 x and
/// a step of 1e-6 give eight digits.
SSLHOST_API Tensor finite_differences(const std::function<Tensor(const Tensor&)>& f,
                                      const Tensor& x, double h = 1e-6);

}  // namespace sslhost::testing
