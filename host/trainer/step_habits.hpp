// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mistakes of a method that change no number's type or shape and end no run, seen in the first
// iterations of each phase by names, counts and flags: nothing waits for the device, and no bit of
// the weights depends on it.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/nn/noise.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

#include "host/model/registry.hpp"

namespace sslhost::host {

class StepHabits {
 public:
  /// After build(); `registry` must outlive this.
  explicit StepHabits(const Registry& registry);
  ~StepHabits();
  StepHabits(const StepHabits&) = delete;
  StepHabits& operator=(const StepHabits&) = delete;

  /// Earlier iterations were not seen: nothing is said of what a run never did.
  void resumed() { whole_ = false; }
  /// `last`: no phase follows that could do what was not done before.
  void begin_phase(const Phase& phase, bool last);
  void begin_iteration();
  bool is_on() const { return on_; }  ///< in an iteration that is looked at
  /// Throws Error (plugin) for scopes in which nothing was ever computed.
  void end_iteration();
  /// What is to be said of the phase, once: when enough was seen, or it is over.
  std::vector<std::string> findings(bool over);

  /// Throws Error (plugin) for a name that was drawn in this iteration already.
  void draw(std::string_view name);
  /// What an update is about to differentiate: tensors of no module of build() are noted.
  void loss(const Tensor& loss);
  /// The gradients that an update had, in the order of the optimizer's parameters.
  void update(const FusedOptimizer& optimizer, const std::vector<Tensor>& gradients);
  /// The same scope. What it is to be called where nothing is computed in it.
  detail::ScopeEnd scope(const std::string& call, detail::ScopeEnd scope);

 private:
  /// Of an optimizer, in this phase.
  struct Use {
    const FusedOptimizer* optimizer;
    bool updated = false;
    bool frozen = false;  ///< whether an update found all parameters so
  };
  void require_scopes_used() const;
  void note_modes();
  void add_modes(std::vector<std::string>& texts) const;
  void add_updates(std::vector<std::string>& texts) const;
  void add_shared(std::vector<std::string>& texts) const;
  void add_untrained(std::vector<std::string>& texts) const;
  void add_unheld(std::vector<std::string>& texts) const;
  void add_strangers(std::vector<std::string>& texts) const;
  std::string in_phase() const { return "phase '" + phase_ + "'"; }

  const Registry& registry_;
  std::string phase_;
  bool last_ = false, whole_ = true;
  bool on_ = false, told_ = false;
  int64_t seen_ = 0;                           ///< iterations of the phase
  uint64_t observer_ = 0;                      ///< of operators; 0: none
  std::set<std::string, std::less<>> draws_;   ///< of this iteration
  std::map<std::string, bool> scopes_;         ///< whether anything was computed in one, by call
  std::set<std::string> evaluating_;           ///< parts out of training when the step began
  std::map<std::string, bool> changed_;        ///< parts that one left so, or no longer so
  std::set<std::string> strangers_;            ///< shapes of tensors of no module, in losses
  std::vector<Use> uses_;                      ///< in the registry's order
  std::set<const void*> trained_;              ///< parameters that had a gradient, in any phase
  std::map<const Module*, int64_t> versions_;  ///< of a module's parameters, when build() was done
};

}  // namespace sslhost::host
