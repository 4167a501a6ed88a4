// SPDX-License-Identifier: Apache-2.0
#pragma once

// The interface of a method. Beside it a method has
//
//   struct Options;                                        an aggregate with the defaults,
//   static void describe(OptionList&, Options&);           what they are called and mean,
//   explicit Method(const Options&);                       and a constructor,
//
// lives in an anonymous namespace, and ends with SSLHOST_METHOD (plugin.hpp).

#include <string_view>
#include <vector>

#include "sslhost/build.hpp"
#include "sslhost/error.hpp"
#include "sslhost/options.hpp"
#include "sslhost/step.hpp"

namespace sslhost {

/// What a plugin of a method implements. Its calls come one at a time: in training all from one
/// thread, in a Classifier from those that use it. It throws Error for what a user can mend; other
/// exceptions end the run with exit code 5. Either way plugin, call and iteration are named.
class SSLHOST_API Method {
 public:
  virtual ~Method() = default;
  /// A pure function of options and task: streams, views and lengths, before anything is built.
  virtual std::vector<Phase> phases(const Task& task) const = 0;
  /// Makes modules, optimizers and state; called once, before training as well as before loading a
  /// model.
  virtual void build(Build& build) = 0;
  /// Start of a phase: one-shot solutions, initialization from data. Not called again on resume.
  /// Modules are in training mode: what is taken out of it here stays so in the phase.
  virtual void begin(Begin&) {}
  /// What a phase keeps at hand and can compute again, such as features of a frozen network: called
  /// after begin() and again on resume. Draws nothing and changes nothing that is registered. Like
  /// refresh(), it finds all modules in evaluation mode; Begin::train() is for passes that are not.
  virtual void prepare(Begin&) {}
  /// Before iterations 0, n, 2n, ... of a phase with `refresh_every` n: what depends on whole pools
  /// and on the weights of the moment, such as pseudo-labels or a graph over samples. Not called
  /// again on resume: its results belong into Build::state().
  virtual void refresh(Begin&) {}
  /// One iteration of the current phase; modules are in training mode. A pure body over the step's
  /// inputs, which can be captured and replayed: no host number in it changes from step to step.
  virtual void step(Step& step) = 0;
  /// [N,C,H,W] -> logits [N,K]; evaluation mode, no gradient, no side effect. Not asked for where
  /// build() called Build::predict_with().
  virtual Tensor predict(const Tensor& images);
  /// Optional abilities by id; null: not offered.
  virtual const void* ability(std::string_view) { return nullptr; }
};

}  // namespace sslhost
