// SPDX-License-Identifier: Apache-2.0
#pragma once

// Choosing among variants of an arm by validation samples alone.

#include <string>
#include <vector>

#include "host/comparison/collected.hpp"
#include "host/comparison/plan.hpp"

namespace sslhost::host {

struct VariantChoice {
  std::size_t setting =
      0;                ///< the one with the lowest median validation error; of equals the first
  std::string warning;  ///< what stands against it; empty: nothing
};

/// Among `settings`, places in the plan. A variant with fewer finished runs than others cannot be
/// chosen. Warns where the 95 % interval of the best one's error, as a fraction of the validation
/// samples of one run, covers the next one's.
VariantChoice choose_variant(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs,
                             const std::vector<std::size_t>& settings, int64_t labels);

}  // namespace sslhost::host
