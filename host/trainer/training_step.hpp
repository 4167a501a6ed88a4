// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Step: batches of the phase's streams, updates, draws. One object a phase;
// begin_iteration() writes the inputs of the next step.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/method.hpp"

#include "host/data/run_data.hpp"
#include "host/model/registry.hpp"
#include "host/parallel/gradient_means.hpp"
#include "host/trainer/mean_log.hpp"
#include "host/trainer/non_finite_guard.hpp"
#include "host/trainer/step_habits.hpp"
#include "host/trainer/step_inputs.hpp"
#include "host/trainer/unlabeled_gradient_check.hpp"

namespace sslhost::host {

/// "stream 'weak' (unlabeled)"; one without a name is "the unlabeled stream".
std::string described(const Stream& stream);

class TrainingStep final : public Step {
 public:
  /// Throws Error (plugin) for streams that make no sense. Everything referred to must outlive
  /// this. `judged` takes what log_accuracy() finds, which no method may see; null: it is dropped.
  TrainingStep(const Phase& phase, const RunData& data, Registry& registry, NonFiniteGuard& guard,
               MeanLog& log, uint64_t seed, MeanLog* judged = nullptr);
  ~TrainingStep() override;

  /// With a check, the gradient with respect to this iteration's unlabeled images is taken too;
  /// with habits, they are noted.
  void begin_iteration(int64_t iteration, UnlabeledGradientCheck* check = nullptr,
                       StepHabits* habits = nullptr);
  /// The method's step. What goes wrong behind a write to a batch is put down to that.
  void run(Method& method);
  /// Checks that the method left its inputs alone.
  void end_iteration();

  Labeled labeled(Pick pick) override;
  Tensor unlabeled(Pick pick) override;
  Tensor index(Pick pick) override;
  void update(Optimizer optimizer, const Tensor& loss, std::string_view term) override;
  void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) override;
  void update_with(Optimizer optimizer, const std::vector<Tensor>& gradients,
                   std::string_view term) override;
  void log(std::string_view name, const Tensor& value) override { log_.add(name, value.detach()); }
  void log_accuracy(std::string_view name, const Tensor& classes, const Tensor& index,
                    const Tensor& mask) override;
  Tensor normal(std::string_view name, IntArrayRef shape) override;
  Tensor uniform(std::string_view name, IntArrayRef shape) override;
  Tensor bernoulli(std::string_view name, double p, IntArrayRef shape) override;
  Tensor beta(std::string_view name, double a, double b, IntArrayRef shape) override;
  Tensor permutation(std::string_view name, int64_t n) override;
  Tensor iteration() const override { return inputs_.iteration(); }
  Tensor progress() const override { return inputs_.progress(); }
  std::string_view phase() const override { return phase_.name; }
  NoiseScope noise(std::string_view name, bool on) override;
  StatisticsScope record_statistics(ModuleRef module, bool on) override;
  EvaluationScope evaluate(ModuleRef module) override;

 private:
  struct Batch;  // one stream's
  Batch& batch(Pool pool, std::string_view stream_name, const char* call);
  /// The batch as one of its views shows it.
  const Tensor& images(Batch& batch, std::string_view view_name, const char* call);
  void add_stream(const Stream& stream);
  void read_ahead(Batch& batch, const ResidentPool& pool);
  void check_views(const Stream& stream, const std::string& where) const;
  random::Key key_of(std::string_view draw) const;
  void require_untouched() const;
  detail::ScopeEnd noted(const std::string& call, detail::ScopeEnd scope);
  /// What `compute` finds for the optimizer's parameters, of all ranks; so the loss, if defined.
  std::vector<Tensor> over_ranks(const FusedOptimizer& optimizer, Tensor& loss,
                                 const std::function<std::vector<Tensor>()>& compute);
  std::vector<Tensor> gradients_of(const Tensor& loss, const FusedOptimizer& optimizer,
                                   std::string_view term, bool keep_graph);
  void note_loss(const Tensor& loss, std::string_view term);
  void apply(FusedOptimizer& optimizer, const std::vector<Tensor>& gradients);

  const Phase& phase_;
  const RunData& data_;
  Registry& registry_;
  NonFiniteGuard& guard_;
  MeanLog& log_;
  MeanLog* judged_;
  uint64_t key_;
  StepInputs inputs_;
  std::vector<Batch> batches_;
  UnlabeledGradientCheck* check_ = nullptr;
  StepHabits* habits_ = nullptr;
  std::map<const FusedOptimizer*, GradientMeans> means_;  // of several ranks
  detail::NoiseContext noise_;
};

}  // namespace sslhost::host
