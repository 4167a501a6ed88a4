// SPDX-License-Identifier: Apache-2.0
#pragma once

// All that is needed to go on with a run exactly where it was, in one file that appears whole or
// not at all.

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "host/metrics/writer.hpp"
#include "host/trainer/assembly.hpp"

namespace sslhost::host {

/// Options' names with their values, as in config.toml.
using RecordedOptions = std::map<std::string, std::string>;

/// Where training is. A checkpoint is taken between iterations.
struct Position {
  int64_t phase = 0;
  int64_t iteration = 0;  ///< of the phase, the next one to do
  int64_t total = 0;      ///< over all phases
  double seconds = 0;     ///< of training, evaluation and set-up left out
  double evaluation_seconds = 0;
  int64_t weights_of =
      0;  ///< total when the weights were trained: less once a phase's best are back
};

/// The best look of a phase's monitor.
struct Best {
  double score = 0;
  int64_t iteration = 0;  ///< over all phases
  NamedTensors weights;   ///< where they are kept
};

/// The looks of the phase in progress.
struct Looks {
  std::optional<Best> best;
  int64_t without_fall = 0;  ///< since the best
  NamedTensors window;       ///< of the monitored value: its name with [sum, count], see LogWindow
};

struct Checkpoint {
  Position position;
  std::string split_hash;
  RecordedOptions options;  ///< that decide the run's bits
  Looks looks;
  ModuleFlags flags;
  NamedTensors log_window;
  MetricsState metrics;
  NamedTensors model, optimizers;
};

/// Throws Error (storage); an earlier checkpoint of that name is then untouched.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Throws Error (storage) for a file that is not a whole checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& path);

/// Copies values by name. Throws Error (storage) naming what is missing, left over or of another
/// shape.
void copy_into(const NamedTensors& targets, const NamedTensors& values,
               const std::filesystem::path& path);

/// Throws Error (diverged) when a weight is NaN or infinite: such a state is never saved.
void require_finite(const NamedTensors& tensors);

}  // namespace sslhost::host
