// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plan as a JSON file: of `sslhost sweep`, and plan.json in the folder of a comparison.

#include <filesystem>

#include "host/comparison/plan.hpp"

namespace sslhost::host {

/// In the folder of a comparison.
inline constexpr const char* kPlanFile = "plan.json";

/// Throws Error (storage).
void write_plan(const std::filesystem::path& file, const ComparisonPlan& plan);
/// Throws Error (storage) naming file and field for a file that is damaged or no plan.
ComparisonPlan read_plan(const std::filesystem::path& file);

}  // namespace sslhost::host
