// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/analysis.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "sslhost/error.hpp"

#include "host/comparison/choice.hpp"
#include "host/comparison/run_names.hpp"

namespace sslhost::host {

namespace {

std::optional<Summary> summary_of(const std::vector<std::optional<double>>& values) {
  std::vector<double> known;
  for (const auto& value : values)
    if (value) known.push_back(*value);
  if (known.empty()) return std::nullopt;
  return summarize(known);
}

GainVerdict verdict_of(const std::optional<Summary>& gain) {
  if (!gain || !gain->interval) return GainVerdict::unknown;
  if (gain->interval->low > 0) return GainVerdict::gain;
  return gain->interval->high < 0 ? GainVerdict::loss : GainVerdict::no_evidence;
}

class Analyst {
 public:
  Analyst(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs)
      : plan_(plan), runs_(runs) {}

  Analysis analyze() {
    count();
    for (const auto labels : plan_.labels)
      for (const auto& arm : plan_.arms) analysis_.cells.push_back(cell_of(arm, labels));
    for (auto& cell : analysis_.cells) compare(cell);
    check_data();
    return std::move(analysis_);
  }

 private:
  void count() {
    for (const auto& run : runs_) {
      if (run.is_finished())
        ++analysis_.finished;
      else if (run.state == CollectedRun::State::failed)
        ++analysis_.failed;
      else
        ++analysis_.missing;
      if (run.is_finished()) analysis_.test_samples = run.test_samples;
    }
  }

  Cell cell_of(const std::string& arm, int64_t labels) {
    std::vector<std::size_t> settings;
    for (std::size_t i = 0; i < plan_.settings.size(); ++i)
      if (plan_.settings[i].arm == arm) settings.push_back(i);
    auto choice = choose_variant(plan_, runs_, settings, labels);
    if (!choice.warning.empty()) analysis_.warnings.push_back(std::move(choice.warning));
    Cell cell = {.arm = arm,
                 .variant = plan_.settings[choice.setting].variant,
                 .labels = labels,
                 .trials = static_cast<int64_t>(settings.size()),
                 .runs = {},
                 .errors = {},
                 .error = {},
                 .gains = {},
                 .gain = {}};
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (plan_.runs[i].setting != choice.setting || plan_.runs[i].labels != labels) continue;
      cell.runs.push_back(i);
      cell.errors.push_back(runs_[i].is_finished() ? std::optional(runs_[i].test_error)
                                                   : std::nullopt);
    }
    cell.error = summary_of(cell.errors);
    measure(cell);
    return cell;
  }

  void measure(Cell& cell) const {
    std::vector<double> seconds, images;
    for (const auto i : cell.runs) {
      const auto& run = runs_[i];
      if (!run.is_finished()) continue;
      seconds.push_back(run.seconds);
      if (run.samples_drawn > 0 && run.seconds > 0)
        images.push_back(static_cast<double>(run.samples_drawn) / run.seconds);
      cell.peak_memory = std::max(cell.peak_memory, run.peak_memory);
    }
    if (!seconds.empty()) cell.seconds = summarize(seconds).median;
    if (!images.empty()) cell.images_per_second = summarize(images).median;
  }

  /// In pairs: runs of one seed, where they had the same split.
  void compare(Cell& cell) {
    if (cell.arm == plan_.baseline) {
      cell.verdict = GainVerdict::baseline;
      return;
    }
    const auto& baseline = analysis_.cell(plan_.baseline, cell.labels);
    bool other_split = false;
    for (std::size_t i = 0; i < cell.runs.size(); ++i) {
      const auto &own = runs_[cell.runs[i]], &other = runs_[baseline.runs[i]];
      const bool both = own.is_finished() && other.is_finished();
      const bool pair = both && own.split_hash == other.split_hash;
      other_split = other_split || (both && !pair);
      cell.gains.push_back(pair ? std::optional(other.test_error - own.test_error) : std::nullopt);
    }
    if (other_split)
      analysis_.warnings.push_back(
          fmt::format("{}, {}: runs on other splits than those of {} are not compared with them",
                      cell.arm, labels_text(cell.labels), plan_.baseline));
    cell.gain = summary_of(cell.gains);
    cell.verdict = verdict_of(cell.gain);
  }

  void check_data() {
    std::map<std::string, std::string> contents;  // by split: it names samples, not what they hold
    std::set<std::string> versions;
    std::set<int64_t> test_samples;
    bool changed = false;
    for (const auto& run : runs_) {
      if (!run.is_finished()) continue;
      versions.insert(run.version);
      test_samples.insert(run.test_samples);
      if (run.content.empty()) continue;
      changed =
          changed || contents.emplace(run.split_hash, run.content).first->second != run.content;
    }
    if (changed)
      analysis_.warnings.push_back("the data changed between runs: they are not comparable");
    if (test_samples.size() > 1)
      analysis_.warnings.push_back("test parts of several sizes are compared");
    if (versions.size() > 1)
      analysis_.warnings.push_back("runs of several versions of sslhost are compared");
  }

  const ComparisonPlan& plan_;
  const std::vector<CollectedRun>& runs_;
  Analysis analysis_;
};

}  // namespace

const char* to_text(GainVerdict verdict) {
  switch (verdict) {
    case GainVerdict::baseline:
      return "baseline";
    case GainVerdict::unknown:
      return "too few pairs to say";
    case GainVerdict::gain:
      return "fewer errors";
    case GainVerdict::no_evidence:
      return "no evidence of a gain";
    case GainVerdict::loss:
      break;
  }
  return "more errors";
}

const Cell& Analysis::cell(const std::string& arm, int64_t labels) const {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& c) {
    return c.arm == arm && c.labels == labels;
  });
  if (found == cells.end()) throw Error(ExitCode::bug, {"comparison", "a cell of " + arm, "none"});
  return *found;
}

Analysis analyze(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs) {
  return Analyst(plan, runs).analyze();
}

}  // namespace sslhost::host
