// SPDX-License-Identifier: Apache-2.0
#pragma once

// Makes the runs of a plan that are not there yet, several at once.

#include <map>
#include <optional>
#include <string>

#include "sslhost/error.hpp"

#include "host/comparison/plan.hpp"

namespace sslhost::host {

/// A run that ended with an error.
struct RunFailure {
  int code = 0;  ///< its exit code
  Error::Parts parts;
};
using RunFailures = std::map<std::string, RunFailure>;  ///< by the run's name

struct RunnerState {
  int64_t runs = 0, done = 0, failed = 0;  ///< done: finished, before or now
  int running = 0;
  std::optional<double> seconds_left;  ///< none until each arm has a run that tells
};

/// Called on the main thread, between runs.
class RunnerObserver {
 public:
  virtual ~RunnerObserver() = default;
  virtual void state(const RunnerState& state) = 0;  ///< some times a second
  virtual void note(const std::string& text) = 0;
  virtual void warning(const std::string& text) = 0;
};

struct RunnerSettings {
  std::filesystem::path front;  ///< the program sslhost
  int jobs = 1;                 ///< at once, at most
  int threads = 0;              ///< of each run; 0: as the run decides
};

struct RunnerResult {
  bool stopped = false;  ///< by a signal
  RunFailures failures;
};

/// How many runs at once suit this machine, and how many threads each then has. `asked`: 0 is auto.
RunnerSettings settle_jobs(const ComparisonPlan& plan, int asked,
                           const std::filesystem::path& front);

/// Until all runs are there or failed, or a signal stops it: runs that go on then end with their
/// checkpoints; a second signal ends them at once. The caller holds the comparison's lock.
RunnerResult make_runs(const ComparisonPlan& plan, const RunnerSettings& settings,
                       RunnerObserver& observer);

}  // namespace sslhost::host
