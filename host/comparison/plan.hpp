// SPDX-License-Identifier: Apache-2.0
#pragma once

// A comparison as a list of runs: each with its name, its command line, and the options that its
// record must have afterwards. What is run, continued or collected later is read from it alone.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/comparison/request.hpp"
#include "host/config/recorded_options.hpp"

namespace sslhost::host {

/// An arm with one variant of its options: what its runs share.
struct ArmSetting {
  std::string arm, variant;            ///< "vat", "epsilon=0.2"; empty: nothing is varied
  std::vector<std::string> arguments;  ///< of a run, but number of labels, seed and folder
  RecordedOptions options;             ///< as they resolve
};

struct PlannedRun {
  std::string name;         ///< of its folder
  std::size_t setting = 0;  ///< its place in the plan
  int64_t labels = 0, seed = 0;
};

struct ComparisonPlan {
  std::filesystem::path folder;  ///< where the runs' folders are
  std::string dataset, baseline;
  std::vector<std::string> arms;
  std::vector<int64_t> labels;            ///< ascending, with 0 as the last
  std::vector<int64_t> seeds;             ///< ascending
  std::vector<std::string> varied;        ///< names of options
  std::vector<std::string> differences;   ///< between the arms, a sentence each
  std::vector<std::string> plugin_flags;  ///< of every command line
  std::vector<ArmSetting> settings;       ///< those of an arm together
  /// Seeds outermost: the first ones of all arms are there before the last of one.
  std::vector<PlannedRun> runs;
  bool gathered = false;  ///< of runs that are there: what is not was never to be made

  const ArmSetting& setting(const PlannedRun& run) const { return settings[run.setting]; }
  std::filesystem::path folder_of(const PlannedRun& run) const { return folder / run.name; }
  /// Of the program `sslhost`: a new run, or one that goes on.
  std::vector<std::string> arguments_of(const PlannedRun& run, bool resume) const;
};

/// Asks the program `front` how every arm resolves; no data are read. Options that decide which
/// samples, network and views there are and how many updates are the baseline's for every arm;
/// those of recipes stay but for the samples. Throws Error: usage for an option that no arm has,
/// for arms of several datasets and for varied options without validation samples; else what the
/// program refuses an arm with.
ComparisonPlan make_comparison(const ComparisonRequest& request,
                               const std::filesystem::path& front);

}  // namespace sslhost::host
