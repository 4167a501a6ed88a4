// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far a planned run is, by what lies in its folder.

#include <optional>

#include "host/comparison/plan.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

enum class RunState {
  missing,   ///< there is no folder, or an empty one
  unbegun,   ///< ended before its first checkpoint
  stopped,   ///< can be resumed
  finished,  ///< its results are there
};

struct KnownRun {
  RunState state = RunState::missing;
  std::optional<RunRecord> record;  ///< of a run that has one
};

/// Throws Error (storage): a record that is damaged, or of a run with other options than the plan
/// has; something else in the run's place.
KnownRun known_run(const ComparisonPlan& plan, const PlannedRun& run);

/// Removes the folder of a run that is `unbegun`. Throws Error (storage) where it holds a file that
/// no run writes so early, and removes nothing then.
void clear_unbegun(const std::filesystem::path& folder);

}  // namespace sslhost::host
