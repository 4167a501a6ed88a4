// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a checkpoint says beside its tensors: text in the header of its file. Needs no LibTorch.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/config/recorded_options.hpp"
#include "host/model/module_flags.hpp"
#include "host/run/metrics_writer.hpp"

namespace sslhost::host {

/// Where training is. A checkpoint is taken between iterations.
struct Position {
  int64_t phase = 0;
  int64_t iteration = 0;  ///< of the phase, the next one to do
  int64_t total = 0;      ///< over all phases
  double seconds = 0;     ///< of training, evaluation and set-up left out
  double evaluation_seconds = 0;
  /// `total` after the update that made these weights: smaller where a phase ended with its best.
  int64_t weights_of = 0;
};

struct CheckpointState {
  struct Best {
    double score = 0;
    int64_t iteration = 0;  ///< over all phases
  };
  Position position;
  std::string split_hash;
  RecordedOptions options;
  ModuleFlags flags;
  std::vector<std::string> log_order;  ///< names of the means, as they were first logged
  MetricsState metrics;
  int64_t without_fall = 0;
  std::optional<Best> best;
};

std::string to_json(const CheckpointState& state);
/// `path` is the checkpoint's, for errors. Throws Error (storage) for what to_json() has not
/// written.
CheckpointState read_checkpoint_state(const std::string& text, const std::filesystem::path& path);

}  // namespace sslhost::host
