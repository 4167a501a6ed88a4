// SPDX-License-Identifier: Apache-2.0
#pragma once

// The loop: phases, steps, evaluation, metrics, checkpoints. It knows no method, no file format and
// no terminal.

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/method.hpp"

#include "host/config/settings.hpp"
#include "host/data/run_data.hpp"
#include "host/device/stopwatch.hpp"
#include "host/evaluate/evaluate.hpp"
#include "host/evaluate/figures.hpp"
#include "host/model/registry.hpp"
#include "host/run/checkpoint.hpp"
#include "host/run/metrics.hpp"
#include "host/trainer/early_stopping.hpp"
#include "host/trainer/non_finite_guard.hpp"
#include "host/trainer/recorded_steps.hpp"
#include "host/trainer/training_step.hpp"

namespace sslhost::host {

/// What the trainer reports to. Called between iterations only.
class TrainerEvents {
 public:
  virtual ~TrainerEvents() = default;
  virtual void metrics(const MetricsRow& row, const Position& position, int64_t iterations) = 0;
  virtual void checkpoint(const Checkpoint& state) = 0;
  virtual void warning(const std::string& /*text*/) {}
  /// After that many iterations over all phases; only where a method has figures.
  virtual void figures(const std::vector<Figure>& /*figures*/, int64_t /*iteration*/) {}
};

/// Whether something is to be done after `done` iterations of a phase: at its end, and at intervals
/// where `every` is not 0.
inline bool due(int64_t done, int64_t every, int64_t length) {
  return done == length || (every > 0 && done % every == 0);
}

class Trainer {
 public:
  /// `stop` set asks for a checkpoint and an early end. Everything referred to must outlive this.
  Trainer(Method& method, std::string id, const std::vector<Phase>& phases, const RunData& data,
          Registry& registry, const Settings& settings, TrainerEvents& events,
          const std::atomic<bool>& stop);

  /// Goes on from a checkpoint; its tensors are copied in.
  void restore(const Checkpoint& checkpoint, const std::filesystem::path& path);

  enum class Outcome { finished, stopped };
  /// Throws Error (diverged) when a loss was NaN or infinite; the weights are then those before it.
  Outcome run();
  /// Writes a checkpoint of where training is now.
  void save() { events_.checkpoint(snapshot()); }

  /// Of the weights as they are now, in evaluation mode.
  Predictor predictor() const { return {registry_, &method_, id_}; }
  Evaluation evaluate(const LabeledPart& part, KeepPredictions keep = KeepPredictions::no,
                      double temperature = 1);
  /// What the method has to show, checked; none where it offers no figures or none are wanted.
  std::vector<Figure> figures();

  const Position& position() const { return position_; }
  int64_t planned_iterations() const;

 private:
  void run_phase(const Phase& phase, bool& stopped);
  /// On resume, begin()'s results came with the checkpoint.
  void begin_phase(const Phase& phase, bool resumed);
  void iterate(TrainingStep& step, UnlabeledGradientCheck& check, RecordedSteps& recorded,
               int64_t iteration);
  /// The tensors that a step may write to, on the device.
  NamedTensors changed_by_steps() const;
  void refresh(const Phase& phase);
  /// Puts a phase's best weights in place, where they were asked for and kept.
  void end_phase();
  /// What predictions are worth after a phase that begin() did all of.
  void after_begin(const Phase& phase, Stopwatch& watch);
  void after_iteration(const Phase& phase, Stopwatch& watch);
  /// Adds the error and loss of a part to the row.
  void measure(MetricsRow& row, const char* name, const LabeledPart& part);
  void diagnose(const MetricsRow& row);
  void add_judged(MetricsRow& row);
  void warn(const std::string& text);  ///< once a run
  void show();
  void check_early_stopping(const Phase& phase, const MetricsRow& row);
  void check_losses() const;
  /// What is logged becomes that of all ranks.
  void share_logs();
  /// Of any rank: all end after the same iteration.
  bool stop_asked() const;
  Checkpoint snapshot() const;

  Method& method_;
  std::string id_;
  const RunData& data_;
  Registry& registry_;
  const Settings& settings_;
  TrainerEvents& events_;
  const std::atomic<bool>& stop_;
  const std::vector<Phase>& phases_;
  NonFiniteGuard guard_;
  MeanLog log_, judged_;
  Position position_;
  int64_t planned_before_ = 0;  // iterations of earlier phases
  EarlyStopping early_stopping_;
  StepHabits habits_;
  ModuleFlags flags_;  // of the phase that a restored run is in
  std::set<std::string> warned_;
};

}  // namespace sslhost::host
