// SPDX-License-Identifier: Apache-2.0
#pragma once

// One iteration as a method sees it: batches of the declared streams, updates, draws, log values.
// The host writes what changes from iteration to iteration (number, progress, learning rates, rows
// of the batches) into tensors on the device before the step, always the same ones. The step is a
// body over them, so that it can be captured as one CUDA graph and replayed.

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/nn/module.hpp"
#include "sslhost/nn/noise.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/training/optimizer.hpp"

namespace sslhost {

using TrainingScope = detail::ScopeEnd;  ///< of Begin::train(): ends when it is destroyed

/// A labeled batch.
struct Labeled {
  Tensor images;  ///< [B,C,H,W], normalised float32; read only
  Tensor labels;  ///< [B], int64; read only
};

/// Which batch: a view and a stream of this phase; empty means the only one of its pool.
struct Pick {
  std::string_view view = {};    ///< View::name
  std::string_view stream = {};  ///< Stream::name
};

/// What Method::step() works with, on the thread that calls it and until it returns. Misuse, such
/// as a stream that phases() did not declare, throws Error (plugin).
class SSLHOST_API Step {
 public:
  virtual ~Step() = default;

  /// The batch of a labeled stream. Asking twice in a step gives the same tensors.
  virtual Labeled labeled(Pick pick = {}) = 0;
  /// The batch of an unlabeled stream, [U,C,H,W]. There are no labels to misuse.
  virtual Tensor unlabeled(Pick pick = {}) = 0;
  /// Positions of the batch's samples in their pool, [B] or [U] int64; the stream must declare
  /// `index`.
  virtual Tensor index(Pick pick = {}) = 0;

  /// Gradients of `loss` [] with respect to that optimizer's parameters only, then its update. A
  /// loss that is NaN or infinite changes nothing from then on: the iteration and `term` are
  /// remembered, and end the run when they are next read.
  virtual void update(Optimizer optimizer, const Tensor& loss, std::string_view term = "loss") = 0;
  /// All gradients first, then all updates: for losses that share a graph.
  virtual void update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) = 0;
  /// An update with gradients of the method's own: one for each of Build::parameters(optimizer), in
  /// that order and of its parameter's shape, type and device. An undefined one leaves its
  /// parameter alone. A NaN or infinity in one is guarded as in a loss, as "gradient of TERM".
  virtual void update_with(Optimizer optimizer, const std::vector<Tensor>& gradients,
                           std::string_view term = "loss") = 0;

  /// A value [] for the metrics, or K of them, [K], which become NAME_0 to NAME_(K−1): averaged
  /// over the iterations between two lines. No wait, no copy to the host.
  virtual void log(std::string_view name, const Tensor& value) = 0;
  /// For the metrics alone: how many of the `classes` [U] int64 are right, for the unlabeled
  /// samples at the positions `index` [U] in their pool (Step::index()); with a mask [U], among
  /// those where it is not 0. A fraction of all that were judged between two lines; no line where
  /// the data know no labels of them. Nothing comes back, and neither monitors nor diagnostics see
  /// it: a method cannot learn from labels that it does not have.
  virtual void log_accuracy(std::string_view name, const Tensor& classes, const Tensor& index,
                            const Tensor& mask = {}) = 0;

  /// Draws on the device, float32 where nothing else is said, that depend on (seed, name, phase,
  /// iteration) alone. Use a name once in a step.
  virtual Tensor normal(std::string_view name, IntArrayRef shape) = 0;   ///< N(0, 1)
  virtual Tensor uniform(std::string_view name, IntArrayRef shape) = 0;  ///< [0, 1)
  /// 1 with probability p, else 0; 0 <= p <= 1.
  virtual Tensor bernoulli(std::string_view name, double p, IntArrayRef shape) = 0;
  /// Beta(a, b), in [0, 1]; a, b > 0.
  virtual Tensor beta(std::string_view name, double a, double b, IntArrayRef shape) = 0;
  /// The numbers 0 to n − 1 in random order, [n] int64.
  virtual Tensor permutation(std::string_view name, int64_t n) = 0;

  /// Number of this iteration in its phase, from 0; [] int64 on the device.
  virtual Tensor iteration() const = 0;
  /// Fraction of the phase that is done, [] float32 on the device, in [0, 1).
  virtual Tensor progress() const = 0;
  virtual std::string_view phase() const = 0;  ///< Phase::name

  /// Passes in scopes of one name share their noise layers' draws (`on` false: no scope).
  [[nodiscard]] virtual NoiseScope noise(std::string_view name, bool on = true) = 0;
  /// Passes of this module inside record running statistics (`on` false: no scope). Once a step for
  /// each module.
  [[nodiscard]] virtual StatisticsScope record_statistics(ModuleRef module, bool on = true) = 0;
  /// Passes of this module inside compute what they compute at test time: running statistics, no
  /// dropout, no noise. Gradients are taken as ever.
  [[nodiscard]] virtual EvaluationScope evaluate(ModuleRef module) = 0;
};

/// The start of a phase, or a refresh within it: whole pools in pieces, and the labels of the
/// labeled pool only. No gradients are taken but inside train().
class SSLHOST_API Begin {
 public:
  virtual ~Begin() = default;
  virtual std::string_view phase() const = 0;  ///< Phase::name
  virtual int64_t iteration() const = 0;       ///< the next one of the phase, from 0
  virtual int64_t size(Pool pool) const = 0;   ///< samples in it
  /// Images of the pool's positions [first, first + count), [count,C,H,W], not augmented.
  virtual Tensor images(Pool pool, int64_t first, int64_t count) const = 0;
  virtual Tensor labels() const = 0;  ///< of the labeled pool, [labeled] int64
  /// As Step::evaluate(); gradients are taken inside train() alone.
  [[nodiscard]] virtual EvaluationScope evaluate(ModuleRef module) = 0;
  /// Passes of this module inside are as in training, and gradients are taken.
  [[nodiscard]] virtual TrainingScope train(ModuleRef module) = 0;
};

}  // namespace sslhost
