// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `sslhost compare`, `sweep` and `report` have in common.

#include <string>
#include <vector>

#include "host/commands/command_line.hpp"
#include "host/comparison/output.hpp"
#include "host/comparison/request.hpp"

namespace sslhost::host {

/// Throws Error (usage) for flags that are no numbers.
ComparisonRequest comparison_request(const CommandLine& line, const std::vector<std::string>& arms);

/// Tables on stdout, or one JSON object; the files into the folder.
void show_comparison(const ComparisonPlan& plan, const RunFailures& failures, bool json);
/// The same of runs that are known, with warnings beside those of the analysis. A plan without a
/// folder writes none.
void show_comparison(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs,
                     const std::vector<std::string>& warnings, bool json);

/// Of the terminal that stdout is; elsewhere 100.
std::size_t terminal_columns();

}  // namespace sslhost::host
