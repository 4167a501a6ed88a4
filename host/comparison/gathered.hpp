// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs that were made one by one, or by several comparisons, side by side.

#include <filesystem>
#include <string>
#include <vector>

#include "host/comparison/collected.hpp"
#include "host/comparison/plan.hpp"

namespace sslhost::host {

struct GatheredRuns {
  ComparisonPlan plan;             ///< its folder is empty: nothing is written
  std::vector<CollectedRun> runs;  ///< in the order of the plan's; missing where there is none
  std::vector<std::string> warnings;
};

/// Of folders of runs, or of folders that hold these. Runs with the same options but for number of
/// labels and seed are one arm, called by its method and by the options in which arms of one method
/// differ; where these are more than two, by the folder of its first run. `baseline` is an arm or a
/// method that is one arm; empty: `supervised` where it is one, else the first. Throws Error: usage
/// for a baseline that is none, data for runs of several datasets or with other classes, storage
/// for what is no folder of a run.
GatheredRuns gather_runs(const std::vector<std::filesystem::path>& folders,
                         const std::string& baseline);

}  // namespace sslhost::host
