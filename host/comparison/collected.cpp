// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/collected.hpp"

#include "host/comparison/run_state.hpp"
#include "host/run/metrics.hpp"

namespace sslhost::host {

namespace {

/// That of the weights that the run ended with, or the last one there is.
std::optional<double> validation_error(const std::filesystem::path& metrics, int64_t iteration) {
  std::optional<double> error;
  for (const auto& row : read_metrics(metrics))
    for (const auto& [name, value] : row.values)
      if (name == "validation_error" && (row.iteration <= iteration || !error)) error = value;
  return error;
}

}  // namespace

const char* to_text(CollectedRun::State state) {
  switch (state) {
    case CollectedRun::State::missing:
      return "missing";
    case CollectedRun::State::stopped:
      return "stopped";
    case CollectedRun::State::failed:
      return "failed";
    case CollectedRun::State::finished:
      break;
  }
  return "finished";
}

CollectedRun finished_run(const RunRecord& record, const std::filesystem::path& folder) {
  const auto& r = *record.results;
  CollectedRun run = {.state = CollectedRun::State::finished,
                      .code = 0,
                      .error = {},
                      .test_error = r.test_error,
                      .test_errors = r.test_errors,
                      .test_samples = r.test_samples,
                      .validation_error = {},
                      .validation_samples = record.data.validation,
                      .macro_f1 = r.macro_f1,
                      .labels = record.data.labeled,
                      .iterations = r.iterations,
                      .samples_drawn = r.samples_drawn,
                      .peak_memory = r.peak_memory,
                      .seconds = r.seconds,
                      .split_hash = record.data.split_hash,
                      .content = record.data.content.hash,
                      .version = record.versions.sslhost};
  if (run.validation_samples > 0)
    run.validation_error = validation_error(folder / "metrics.jsonl", r.weights_of_iteration);
  return run;
}

std::vector<CollectedRun> collect(const ComparisonPlan& plan, const RunFailures& failures) {
  std::vector<CollectedRun> all;
  for (const auto& run : plan.runs) {
    const auto known = known_run(plan, run);
    CollectedRun collected;
    if (known.state == RunState::finished) {
      collected = finished_run(*known.record, plan.folder_of(run));
    } else if (const auto failure = failures.find(run.name); failure != failures.end()) {
      collected.state = CollectedRun::State::failed;
      collected.code = failure->second.code;
      const auto& parts = failure->second.parts;
      collected.error = Error(ExitCode::bug, parts).what();
    } else if (known.state == RunState::stopped) {
      collected.state = CollectedRun::State::stopped;
    }
    all.push_back(std::move(collected));
  }
  return all;
}

}  // namespace sslhost::host
