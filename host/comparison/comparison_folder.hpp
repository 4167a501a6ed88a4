// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder of a comparison: one process works in it, and it holds nothing but a comparison.

#include "host/comparison/plan.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Throws Error (storage) for a folder that holds something else. Nothing is made.
void require_comparison_folder(const std::filesystem::path& folder);

/// Makes the folder where it is missing, and writes the plan into it. It is locked while what is
/// returned is open; throws Error (busy) while another process has it.
Descriptor open_comparison(const ComparisonPlan& plan);

}  // namespace sslhost::host
