// SPDX-License-Identifier: Apache-2.0
#pragma once

// All that is needed to go on with a run exactly where it was, in one file that appears whole or
// not at all.

#include <filesystem>
#include <optional>
#include <string>

#include "sslhost/types.hpp"

#include "host/run/checkpoint_state.hpp"

namespace sslhost::host {

/// The best check of a phase's monitored value.
struct Best {
  double score = 0;
  int64_t iteration = 0;  ///< over all phases
  NamedTensors weights;   ///< none where the phase does not end with its best
};

/// Early stopping in the phase in progress.
struct EarlyStoppingState {
  std::optional<Best> best;
  int64_t without_fall = 0;  ///< checks since the best one
  NamedTensors window;       ///< of the monitored value: its name with [sum, count], see MeanLog
};

struct Checkpoint {
  Position position;
  std::string split_hash;
  RecordedOptions options;  ///< Plan::deciding() of the run
  EarlyStoppingState early_stopping;
  ModuleFlags flags;
  NamedTensors mean_log, judged_log;  ///< see MeanLog; the second's order is of no account
  MetricsState metrics;
  NamedTensors model, optimizers;
};

/// Throws Error (storage); an earlier checkpoint of that name is then untouched.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Throws Error (storage) for a file that is not a whole checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace sslhost::host
