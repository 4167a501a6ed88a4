// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plans and results that nobody ran.

#include <string>
#include <vector>

#include "host/comparison/collected.hpp"
#include "host/comparison/plan.hpp"
#include "host/comparison/run_names.hpp"

namespace sslhost::host {

/// Arms with these variants ("": none), the first arm is the baseline.
inline ComparisonPlan made_up_plan(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& arms,
    std::vector<int64_t> labels, int64_t seeds) {
  ComparisonPlan plan = {.folder = "/nowhere",
                         .dataset = "digits",
                         .baseline = arms.front().first,
                         .arms = {},
                         .labels = std::move(labels),
                         .seeds = {},
                         .varied = {},
                         .differences = {"optimizer: adam (vat), sgd (supervised)"},
                         .plugin_flags = {},
                         .settings = {},
                         .runs = {}};
  for (const auto& [arm, variants] : arms) {
    plan.arms.push_back(arm);
    if (variants.size() > 1) plan.varied = {"epsilon"};
    for (const auto& variant : variants)
      plan.settings.push_back({arm, variant, {"--plugin=" + arm}, {{"iterations", "30"}}});
  }
  for (int64_t seed = 0; seed < seeds; ++seed) plan.seeds.push_back(seed);
  for (const auto seed : plan.seeds)
    for (const auto n : plan.labels)
      for (std::size_t i = 0; i < plan.settings.size(); ++i)
        plan.runs.push_back(
            {run_name(plan.settings[i].arm, plan.settings[i].variant, n, seed), i, n, seed});
  return plan;
}

inline CollectedRun made_up_run(double test_error, double validation_error = 0,
                                int64_t validation_samples = 0) {
  CollectedRun run;
  run.state = CollectedRun::State::finished;
  run.test_error = test_error;
  run.test_samples = 1000;
  run.labels = 50;
  if (validation_samples > 0) run.validation_error = validation_error;
  run.validation_samples = validation_samples;
  run.seconds = 2;
  run.samples_drawn = 30000;
  run.peak_memory = 300'000'000;
  run.split_hash = "split";
  return run;
}

}  // namespace sslhost::host
