// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the runs of a comparison say together. Where options were varied, validation samples choose
// the variant; the test part chooses nothing.

#include <optional>
#include <string>
#include <vector>

#include "host/comparison/collected.hpp"
#include "host/comparison/plan.hpp"
#include "host/run/statistics.hpp"

namespace sslhost::host {

enum class GainVerdict {
  baseline,     ///< it is the one that others are compared with
  unknown,      ///< fewer than two pairs
  gain,         ///< fewer errors: the interval is above 0
  no_evidence,  ///< it covers 0
  loss,         ///< it is below 0
};

/// "fewer errors", "no evidence of a gain", "more errors", ...
const char* to_text(GainVerdict verdict);

/// One arm at one number of labels. Errors and gains are fractions.
struct Cell {
  std::string arm, variant;  ///< the variant that was chosen
  int64_t labels = 0;
  int64_t trials = 1;                         ///< variants that were tried
  std::vector<std::size_t> runs;              ///< of that variant, by seed; places in the plan
  std::vector<std::optional<double>> errors;  ///< by seed; none: not finished
  std::optional<Summary> error;               ///< of those there are
  std::vector<std::optional<double>>
      gains;  ///< error of the baseline minus this, on the same split
  std::optional<Summary> gain;
  GainVerdict verdict = GainVerdict::unknown;
  double seconds = 0;            ///< of training, median
  double images_per_second = 0;  ///< median; 0: not known
  int64_t peak_memory = 0;       ///< bytes, the largest; 0: not known
};

struct Analysis {
  std::vector<Cell> cells;  ///< by number of labels, then by arm
  std::vector<std::string> warnings;
  int64_t finished = 0, failed = 0, missing = 0;  ///< runs; the last: stopped ones too
  int64_t test_samples = 0;                       ///< of a run; 0: none is finished

  const Cell& cell(const std::string& arm, int64_t labels) const;
};

Analysis analyze(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs);

}  // namespace sslhost::host
