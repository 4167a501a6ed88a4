// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a method makes its modules, optimizers and state. What is registered here gets device
// placement, checkpoints and the rules for noise and running statistics for free; what is not
// registered gets none of it.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/nn/networks.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/training/optimizer.hpp"

namespace sslhost {

/// Parameters that an optimizer treats alike: those of a module, or of a part of one; or tensors,
/// each a parameter of a module or what Build::state() gave, which takes gradients from then on.
struct ParameterGroup {
  /// A module of ours or of LibTorch's.
  template <class M>
  ParameterGroup(M* part, double factor = 1)  // NOLINT: {&*net_} reads as it should
      : module(*part), learning_rate_factor(factor) {}
  /// One tensor.
  ParameterGroup(const Tensor& tensor, double factor = 1)  // NOLINT: {temperature_}, too
      : tensors{tensor}, learning_rate_factor(factor) {}
  /// Tensors, in this order.
  ParameterGroup(std::vector<Tensor> all, double factor = 1)  // NOLINT
      : tensors(std::move(all)), learning_rate_factor(factor) {}
  std::optional<ModuleRef> module;  ///< none: `tensors`
  std::vector<Tensor> tensors;      ///< where there is no module
  double learning_rate_factor;      ///< what its learning rate is multiplied by
};

/// How slowly a teacher follows its student: decay·teacher + (1 − decay)·student.
struct EmaOptions {
  double decay = 0.999;  ///< [0, 1)
  /// The decay at the n-th update is min(decay, 1 − 1/(n + 1)), n = 1, 2, ...: the mean of what
  /// there was, until the decay is reached (Tarvainen & Valpola 2017).
  bool warm_up = false;
  /// The decay at that fraction of the phase, [0, 1), instead of `decay`.
  std::function<double(double progress)> schedule = {};
};

/// Where a state is kept.
enum class Keep {
  model,     ///< in checkpoints and in the saved model, since predict() depends on it
  training,  ///< in checkpoints alone
};

/// What Method::build() works with, once, on the thread that calls it. Misuse, such as a name that
/// is given twice, throws Error (plugin).
class SSLHOST_API Build {
 public:
  virtual ~Build() = default;
  virtual const Task& task() const = 0;  ///< the problem at hand

  /// The network of --model, or of request.model, initialised from the run's seed and this name.
  virtual Network backbone(std::string_view name, const NetworkRequest& request = {}) = 0;

  /// For networks of the SDK that a method makes itself: a seed from the run's and this name.
  virtual uint64_t seed(std::string_view name) const = 0;

  /// A module of the method's own, or one of LibTorch's. Names are unique within a run, and without
  /// dots. LibTorch's own initialisation is reproducible: its generator is seeded before build().
  template <class M>
  std::shared_ptr<M> module(std::string_view name, std::shared_ptr<M> made) {
    own(name, detail::as_module(made));
    return made;
  }

  /// One optimizer over the parameters of these modules, which are registered (or parts of those
  /// that are): `{&*net_}`, or `{{&*encoder_, 0.1}, &*head_}` for a tenth of the learning rate in
  /// the encoder; `{&*net_, temperature_}` with a state that is learned. What is not registered is
  /// refused, since it would not be saved. Names are unique; which optimizer it is, the user's
  /// options say.
  virtual Optimizer optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                              const OptimizerOptions& options) = 0;
  /// What that optimizer updates: its groups in their order, each module's parameters in that of
  /// Module::parameters(), without those that took no gradient when it was made.
  virtual std::vector<Tensor> parameters(Optimizer optimizer) const = 0;

  /// A tensor that is placed on the device, saved and restored. Keep it, and change it in place
  /// only: a method that puts another in its place is stopped at the next checkpoint.
  virtual Tensor state(std::string_view name, Tensor initial, Keep keep = Keep::model) = 0;

  /// The teacher, a registered module like the student, starts as a copy of it and moves towards it
  /// after every update that changes it, parameters and buffers alike. It takes no gradient.
  virtual void ema_teacher(ModuleRef teacher, ModuleRef student, const EmaOptions& options) = 0;

  /// Predictions are the logits of this network, which backbone() made. A saved model then predicts
  /// without the method's plugin.
  virtual void predict_with(const Network& network) = 0;

  /// Something wrong with an option that only the task shows. All are reported together, after
  /// build().
  virtual void problem(std::string_view option, std::string_view why) = 0;
  /// The same, where training may go on: printed once.
  virtual void warning(std::string_view text) = 0;

 protected:
  /// Registers what module() was given.
  virtual void own(std::string_view name, std::shared_ptr<Module> module) = 0;
};

}  // namespace sslhost
