// SPDX-License-Identifier: Apache-2.0
#pragma once

// Early stopping: which weights a phase keeps, and whether it ends before its last iteration. The
// test part has no say in any of it.

#include <string>
#include <vector>

#include "sslhost/phase.hpp"

#include "host/config/settings.hpp"
#include "host/run/checkpoint.hpp"

namespace sslhost::host {

/// The phase's own monitor or, where the method left it open, the one that the host's options ask
/// for; `value` is empty where nothing needs one. `plateau`: what plateau_asks() says.
/// Throws Error (usage) when validation samples are needed and there are none, Error (plugin) for a
/// monitor that makes no sense.
Monitor choose_monitor(const Phase& phase, const Settings& settings, bool validation, bool plateau);

/// Whether phases that leave their monitor open need one for the sake of a plateau schedule:
/// where there are validation samples, and where no phase monitors anything else.
bool plateau_asks(const std::vector<Phase>& phases, bool has_plateau, bool validation);

/// Iterations between two evaluations of a phase.
int64_t evaluation_interval(const Phase& phase, const Settings& settings);

class EarlyStopping {
 public:
  EarlyStopping() = default;  // of a phase that is not monitored
  /// `state` is that of a checkpoint, or a new one.
  EarlyStopping(Monitor monitor, int64_t evaluation_interval, EarlyStoppingState state);

  /// Whether the value comes from the validation part; else it is the mean of a logged one.
  bool validates() const;
  /// The logged name whose mean is wanted; empty: none is.
  std::string logged() const { return validates() ? std::string() : monitor_.value; }
  bool due(int64_t done, int64_t iterations) const;

  /// One check after `total` iterations of the run; true when these are the weights to keep.
  bool check(double value, int64_t total);
  /// No improvement for as many checks as the monitor has patience.
  bool stops() const;

  const std::string& value() const { return monitor_.value; }
  EarlyStoppingState& state() { return state_; }
  const EarlyStoppingState& state() const { return state_; }

 private:
  Monitor monitor_;
  int64_t interval_ = 0;
  EarlyStoppingState state_;
};

}  // namespace sslhost::host
