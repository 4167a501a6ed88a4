// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a method makes its modules, optimizers and state. What is registered here gets device
// placement, checkpoints, export and the rules for noise and running statistics for nothing; what
// is not registered gets none of it.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "sslhost/model.hpp"
#include "sslhost/nn.hpp"
#include "sslhost/optimizer.hpp"
#include "sslhost/phase.hpp"

namespace sslhost {

class SSLHOST_API Build {
 public:
  virtual ~Build() = default;
  virtual const Task& task() const = 0;

  /// The network of --model, initialised from the run's seed and this name.
  virtual Network backbone(std::string_view name, const NetworkRequest& request = {}) = 0;

  /// For networks of the SDK that a method makes itself: a seed from the run's and this name.
  virtual uint64_t seed(std::string_view name) const = 0;

  /// A module of the method's own. Names are unique within a run. LibTorch's own initialisation is
  /// reproducible: its generator is seeded before build().
  template <class M>
  std::shared_ptr<M> module(std::string_view name, std::shared_ptr<M> made) {
    own(name, made);
    return made;
  }

  /// One optimizer over the parameters of these modules, which are registered (or parts of those
  /// that are). Names are unique; which optimizer it is, the user's options say.
  virtual Optimizer optimizer(std::string_view name,
                              std::initializer_list<torch::nn::Module*> modules,
                              const OptimizerOptions& options) = 0;

  /// A tensor that is placed on the device, saved and restored. Keep it, and change it in place
  /// only: a method that puts another in its place is stopped at the next checkpoint.
  virtual Tensor state(std::string_view name, Tensor initial) = 0;

  /// The teacher starts as a copy of the student and after every update that changes the student
  /// becomes decay·teacher + (1 − decay)·student, parameters and buffers alike; it takes no
  /// gradient. With `warm_up` the decay at the n-th of these updates is min(decay, 1 − 1/(n + 1)),
  /// n = 1, 2, ...: the mean of what there was, until the decay is reached (Tarvainen & Valpola
  /// 2017).
  virtual void follow(const Network& teacher, const Network& student, double decay,
                      bool warm_up = false) = 0;

  /// Something wrong with an option that only the task shows. All are reported together, after
  /// build().
  virtual void problem(std::string_view option, std::string_view why) = 0;
  /// The same, where training may go on: printed once.
  virtual void warning(std::string_view text) = 0;

 protected:
  virtual void own(std::string_view name, std::shared_ptr<torch::nn::Module> module) = 0;
};

}  // namespace sslhost
