// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Step: batches of the phase's streams, updates, draws. One object a phase;
// begin_iteration() moves it on.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/step.hpp"

#include "host/data/run_data.hpp"
#include "host/trainer/assembly.hpp"
#include "host/trainer/log_window.hpp"
#include "host/trainer/loss_register.hpp"
#include "host/trainer/unlabeled_probe.hpp"

namespace sslhost::host {

class TrainingStep final : public Step {
 public:
  /// Throws Error (plugin) for streams that make no sense. Everything referred to must outlive
  /// this.
  TrainingStep(const Phase& phase, const RunData& data, Assembly& assembly, LossRegister& losses,
               LogWindow& log, uint64_t seed);
  ~TrainingStep() override;

  /// With a probe, the unlabeled images of this iteration are looked at.
  void begin_iteration(int64_t iteration, UnlabeledProbe* probe = nullptr);
  /// Checks that the method left its inputs alone.
  void end_iteration();

  Labeled labeled(Pick pick) override;
  Tensor unlabeled(Pick pick) override;
  Tensor index(Pick pick) override;
  void update(Optimizer optimizer, const Tensor& loss, std::string_view term) override;
  void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) override;
  void log(std::string_view name, const Tensor& value) override { log_.add(name, value); }
  Tensor normal(std::string_view name, IntArrayRef shape) override;
  Tensor uniform(std::string_view name, IntArrayRef shape) override;
  Tensor progress() const override;
  std::string_view phase() const override { return phase_.name; }
  NoiseScope noise(std::string_view name, bool on) override;
  StatisticsScope track(torch::nn::Module& module, bool on) override;

 private:
  struct Batch;  // one stream's
  Batch& batch(Pool pool, std::string_view stream_name, const char* call);
  /// The batch as one of its views shows it.
  const Tensor& images(Batch& batch, std::string_view view_name, const char* call);
  void check_views(const Stream& stream, const std::string& where) const;
  std::vector<Tensor> gradients(const Tensor& loss, const FusedOptimizer& optimizer,
                                bool keep_graph);
  void apply(FusedOptimizer& optimizer, const std::vector<Tensor>& gradients);

  const Phase& phase_;
  const RunData& data_;
  Assembly& assembly_;
  LossRegister& losses_;
  LogWindow& log_;
  uint64_t key_, iteration_key_ = 0;
  int64_t iteration_ = 0;
  std::vector<Batch> batches_;
  UnlabeledProbe* probe_ = nullptr;
  detail::NoiseContext noise_;
};

}  // namespace sslhost::host
