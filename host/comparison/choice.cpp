// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/choice.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "host/comparison/run_names.hpp"
#include "host/run/statistics.hpp"

namespace sslhost::host {

namespace {

struct Candidate {
  std::size_t setting = 0;
  std::vector<double> errors;  ///< on validation samples
  int64_t samples = 0;         ///< of a run
  double median = 0;
};

Candidate candidate_of(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs,
                       std::size_t setting, int64_t labels) {
  Candidate candidate = {.setting = setting, .errors = {}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (plan.runs[i].setting != setting || plan.runs[i].labels != labels) continue;
    if (!runs[i].is_finished() || !runs[i].validation_error) continue;
    candidate.errors.push_back(*runs[i].validation_error);
    candidate.samples = runs[i].validation_samples;
  }
  if (!candidate.errors.empty()) candidate.median = summarize(candidate.errors).median;
  return candidate;
}

/// The best two cannot be told apart where either could have the other's error by chance.
std::string too_few(const ComparisonPlan& plan, const Candidate& best, const Candidate& next,
                    int64_t labels) {
  const auto hits = std::llround(best.median * static_cast<double>(best.samples));
  const auto interval = fraction_interval(hits, best.samples);
  if (next.median > interval.high) return {};
  const auto& setting = plan.settings[best.setting];
  return fmt::format(
      "{}, {}: {} validation samples cannot tell {} ({:.1f} %, 95 % interval {:.1f} to {:.1f}) "
      "from "
      "{} ({:.1f} %): the choice between them is chance",
      setting.arm, labels_text(labels), best.samples, setting.variant, 100 * best.median,
      100 * interval.low, 100 * interval.high, plan.settings[next.setting].variant,
      100 * next.median);
}

}  // namespace

VariantChoice choose_variant(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs,
                             const std::vector<std::size_t>& settings, int64_t labels) {
  if (settings.size() == 1) return {settings.front(), {}};
  std::vector<Candidate> candidates;
  std::size_t most = 0;
  for (const auto setting : settings) {
    candidates.push_back(candidate_of(plan, runs, setting, labels));
    most = std::max(most, candidates.back().errors.size());
  }
  std::erase_if(candidates,
                [&](const Candidate& c) { return c.errors.empty() || c.errors.size() < most; });
  if (candidates.empty()) return {settings.front(), {}};
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.median < b.median; });
  VariantChoice choice = {candidates.front().setting, {}};
  if (candidates.size() > 1) choice.warning = too_few(plan, candidates[0], candidates[1], labels);
  return choice;
}

}  // namespace sslhost::host
