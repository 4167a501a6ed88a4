// SPDX-License-Identifier: Apache-2.0
#pragma once

// What came of each run of a plan, as far as it is known.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/comparison/plan.hpp"
#include "host/comparison/runner.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

struct CollectedRun {
  enum class State { missing, stopped, failed, finished };
  State state = State::missing;
  int code = 0;       ///< of a failed one
  std::string error;  ///< likewise, a line or more
  // Of a finished one:
  double test_error = 0;  ///< fraction
  int64_t test_errors = 0, test_samples = 0;
  std::optional<double> validation_error;  ///< of the weights that were tested; none: no such part
  int64_t validation_samples = 0;
  double macro_f1 = 0;
  int64_t labels = 0;  ///< samples; --labels 0 takes all there are
  int64_t iterations = 0, samples_drawn = 0, peak_memory = 0;  ///< 0: not known; bytes
  double seconds = 0;                                          ///< of training
  std::string split_hash, content, version;

  bool is_finished() const { return state == State::finished; }
};

const char* to_text(CollectedRun::State state);

/// What a finished run's record and metrics say.
CollectedRun finished_run(const RunRecord& record, const std::filesystem::path& folder);

/// In the order of the plan's runs. Throws Error (storage) as known_run() does.
std::vector<CollectedRun> collect(const ComparisonPlan& plan, const RunFailures& failures = {});

}  // namespace sslhost::host
