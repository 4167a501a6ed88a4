// SPDX-License-Identifier: Apache-2.0
#pragma once

// Optimizers and schedules as options. The host owns the optimizers; a method holds handles and
// calls Step::update.

#include <cstdint>
#include <string>

#include "sslhost/export.hpp"
#include "sslhost/options.hpp"

namespace sslhost {

/// Handle of an optimizer registered in Build; cheap to copy. What it points to belongs to the
/// host.
class Optimizer {
 public:
  Optimizer() = default;
  explicit Optimizer(int64_t id) : id_(id) {}  ///< the host's
  int64_t id() const { return id_; }           ///< from 0; −1: of no optimizer

 private:
  int64_t id_ = -1;
};

/// Learning rate at iteration i (0-based) of a phase of n iterations, from an initial rate r:
///
///   constant     r
///   linear       r·(1 − i/n)
///   step         r·factor^ceil(i/period)
///   cosine       r·½(1 + cos(πi/n))
///   cosine-7-16  r·cos(7πi/16n), FixMatch's (Sohn et al. 2020)
///   plateau      r, times factor whenever more than `patience` checks of the phase's monitored
///                value in a row brought no improvement (of 1e-4, relative)
///
/// times (i + 1)/warmup while i < warmup. Over the run, i and n are counted over all phases, as if
/// none ended early, and what a plateau has lowered stays so in later phases.
struct SSLHOST_API ScheduleOptions {
  /// What each does is said at ScheduleOptions.
  enum class Kind { constant, linear, step, cosine, cosine_7_16, plateau };
  /// What i and n are counted in.
  enum class Over { phase, run };
  Kind kind = Kind::constant;  ///< --schedule
  double factor = 0.9;         ///< step and plateau: (0, 1]
  int64_t period = 240;        ///< step: iterations, at least 1
  int64_t patience = 10;       ///< plateau: checks of the monitored value, at least 0
  int64_t warmup = 0;          ///< iterations, at least 0
  Over over = Over::phase;     ///< --schedule-over
  /// Options `schedule`, `schedule_...` and `warmup`.
  static void describe(OptionList& list, ScheduleOptions& v);
};
/// Without what a plateau schedule has changed, which the host keeps. `iteration` of `iterations`
/// in what the schedule is over.
SSLHOST_API double learning_rate_at(const ScheduleOptions& schedule, double initial,
                                    int64_t iteration, int64_t iterations);

/// Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019), SGD with momentum, or Adadelta
/// (Zeiler 2012). What is out of range is told when options are read.
struct SSLHOST_API OptimizerOptions {
  /// The algorithm.
  enum class Kind { adam, adamw, sgd, adadelta };
  Kind kind = Kind::adam;                             ///< --optimizer
  double learning_rate = 2e-3;                        ///< above 0; Adadelta's usual one is 1
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  ///< Adam, AdamW; decays [0, 1), epsilon > 0
  double momentum = 0.9;                              ///< SGD, [0, 1)
  bool nesterov = false;                              ///< SGD
  double rho = 0.95, adadelta_epsilon = 1e-8;         ///< Adadelta; rho [0, 1), epsilon > 0
  double weight_decay = 0;  ///< at least 0: L2, added to the gradient; AdamW: weights shrink by
                            ///< learning_rate·this
  /// Whether it acts on biases and on the scales of norms too: everything with one dimension.
  bool decay_biases = true;
  double clip = 0;                ///< longest gradient, over all parameters; 0: any
  ScheduleOptions schedule = {};  ///< of the learning rate
  /// Options `optimizer`, `learning_rate` and so on (`adam_epsilon` for epsilon), the schedule's
  /// too.
  static void describe(OptionList& list, OptimizerOptions& v);
};

/// What every method trained by iterations shares, so that the same words mean the same everywhere.
struct SSLHOST_API TrainingOptions {
  int64_t iterations = 1500;  ///< of the phase, 1 to 1e9
  int64_t batch = 50;         ///< B, 1 to 2^20; at most the labeled pool is taken
  /// Adam, with a rate that falls to zero.
  OptimizerOptions optimizer = {.schedule = {.kind = ScheduleOptions::Kind::linear}};
  /// Options `iterations` and `batch`, and those of the optimizer.
  static void describe(OptionList& list, TrainingOptions& v);
};

}  // namespace sslhost
