// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/gathered.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/core.h>

#include "sslhost/error.hpp"

#include "host/comparison/run_names.hpp"
#include "host/comparison/shared_options.hpp"
#include "host/run/record.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* kRecord = "run.json";

/// Folders that hold runs are replaced by these, in the order of their names.
std::vector<fs::path> folders_of_runs(const std::vector<fs::path>& folders) {
  std::vector<fs::path> all;
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (fs::exists(folder / kRecord, ignored)) {
      all.push_back(folder);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (fs::exists(entry.path() / kRecord, ignored)) inside.push_back(entry.path());
    if (inside.empty())
      throw Error(ExitCode::storage,
                  {folder.string(), "the folder of a run, or one that holds some",
                   fs::exists(folder, ignored) ? "neither" : "nothing",
                   "name what --out named, or what is in runs/"});
    std::sort(inside.begin(), inside.end());
    all.insert(all.end(), inside.begin(), inside.end());
  }
  return all;
}

int64_t seed_of(const RunRecord& record, const fs::path& folder) {
  const auto* option = record.option("seed");
  const auto text = option ? sslhost::to_text(*option) : "";
  int64_t seed = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size() || seed < 0)
    throw Error(ExitCode::storage, {(folder / kRecord).string() + ", option seed", "a number",
                                    "'" + text + "'", "take another copy of the run"});
  return seed;
}

/// Where its data were; empty where the dataset has its own.
fs::path data_of(const RunRecord& record) {
  const auto* option = record.option("data");
  const auto path = fs::path(option ? sslhost::to_text(*option) : "").lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

RecordedOptions deciding_options(const RunRecord& record) {
  RecordedOptions options;
  for (const auto& option : record.options)
    if (decides(option.name) && option.name != "labels" && option.name != "seed")
      options[option.name] = sslhost::to_text(option.value);
  return options;
}

struct FoundRun {
  fs::path folder;
  std::size_t setting = 0;
  int64_t seed = 0;
  CollectedRun run;
};

class Gatherer {
 public:
  explicit Gatherer(std::string baseline) : baseline_(std::move(baseline)) {}

  void add(const fs::path& folder) {
    const auto record = read_run_record(folder / kRecord);
    auto& plan = gathered_.plan;
    if (plan.dataset.empty()) plan.dataset = record.dataset;
    if (record.dataset != plan.dataset)
      throw Error(ExitCode::data, {folder.string(), "a run on " + plan.dataset + ", as the first",
                                   "one on " + record.dataset, "one report for each dataset"});
    check_data(record, folder);
    if (!record.results) {
      gathered_.warnings.push_back(folder.string() + " is not finished, and left out");
      return;
    }
    const auto setting = setting_of(record, folder);
    const FoundRun found = {folder, setting, seed_of(record, folder), finished_run(record, folder)};
    const auto twin = std::find_if(found_.begin(), found_.end(), [&](const FoundRun& other) {
      return other.setting == setting && other.seed == found.seed &&
             other.run.labels == found.run.labels;
    });
    if (twin == found_.end())
      found_.push_back(found);
    else
      gathered_.warnings.push_back(folder.string() + " repeats " + twin->folder.string() +
                                   ", and is left out");
  }

  GatheredRuns gather() {
    if (found_.empty())
      throw Error(ExitCode::storage, {"report", "a finished run at least", "none",
                                      "go on with one: sslhost --resume RUN"});
    name_arms();
    settle_baseline();
    for (auto& text : differing_options(gathered_.plan.settings, {}))
      gathered_.plan.differences.push_back(std::move(text));
    add_runs();
    return std::move(gathered_);
  }

 private:
  /// Runs of other classes are no runs of one dataset, whatever reads both; those of another folder
  /// may be, since folders move.
  void check_data(const RunRecord& record, const fs::path& folder) {
    if (first_of_all_.empty()) {
      first_of_all_ = folder;
      classes_ = record.data.classes;
      data_ = data_of(record);
      return;
    }
    if (record.data.classes != classes_)
      throw Error(
          ExitCode::data,
          {folder.string(), "the classes of " + first_of_all_.string() + ", " + listed(classes_),
           listed(record.data.classes), "one report for each dataset"});
    if (const auto data = data_of(record); data != data_ && !moved_) {
      moved_ = true;
      gathered_.warnings.push_back(fmt::format(
          "{} learned from {}, {} from {}: errors compare only where both hold the same samples",
          first_of_all_.string(), data_.string(), folder.string(), data.string()));
    }
  }

  std::size_t setting_of(const RunRecord& record, const fs::path& folder) {
    auto& settings = gathered_.plan.settings;
    auto options = deciding_options(record);
    for (std::size_t i = 0; i < settings.size(); ++i)
      if (methods_[i] == record.method && settings[i].options == options) return i;
    settings.push_back({"", "", {}, std::move(options)});
    methods_.push_back(record.method);
    first_folders_.push_back(folder);
    return settings.size() - 1;
  }

  /// The options in which settings of one method differ.
  std::set<std::string> differing(const std::string& method) const {
    std::map<std::string, std::set<std::string>> values;
    const auto& settings = gathered_.plan.settings;
    const auto own = [&](std::size_t i) { return methods_[i] == method; };
    for (std::size_t i = 0; i < settings.size(); ++i)
      if (own(i))
        for (const auto& [name, value] : settings[i].options) values[name];
    for (std::size_t i = 0; i < settings.size(); ++i)
      for (auto& [name, found] : values)
        if (const auto at = settings[i].options.find(name); own(i))
          found.insert(at == settings[i].options.end() ? "" : at->second);
    std::set<std::string> names;
    for (const auto& [name, found] : values)
      if (found.size() > 1) names.insert(name);
    return names;
  }

  void name_arms() {
    constexpr std::size_t kInAName = 2;
    auto& plan = gathered_.plan;
    for (std::size_t i = 0; i < plan.settings.size(); ++i) {
      auto& setting = plan.settings[i];
      setting.arm = methods_[i];
      if (std::count(methods_.begin(), methods_.end(), methods_[i]) > 1) {
        const auto names = differing(methods_[i]);
        if (names.size() > kInAName) {
          setting.arm += " as in " + first_folders_[i].string();
        } else {
          for (const auto& name : names) setting.arm += " " + name + "=" + setting.options[name];
        }
      }
      plan.arms.push_back(setting.arm);
    }
    for (const auto& method : std::set<std::string>(methods_.begin(), methods_.end()))
      if (const auto count = std::count(methods_.begin(), methods_.end(), method); count > 1)
        gathered_.warnings.push_back(fmt::format(
            "{} stands here {} times: the best of these by test error looks better than it is; "
            "compare --vary chooses by validation samples",
            method, count));
  }

  void settle_baseline() {
    auto& plan = gathered_.plan;
    const auto named = [&](const std::string& name) -> const std::string* {
      const bool one_arm = std::ranges::count(methods_, name) == 1;
      for (std::size_t i = 0; i < plan.arms.size(); ++i)
        if (plan.arms[i] == name || (one_arm && methods_[i] == name)) return &plan.arms[i];
      return nullptr;
    };
    if (baseline_.empty()) {
      const auto* supervised = named("supervised");
      plan.baseline = supervised ? *supervised : plan.arms.front();
      return;
    }
    const auto* found = named(baseline_);
    if (!found)
      throw Error(ExitCode::usage, {"--baseline", "one of " + joined(plan.arms, ", "),
                                    "'" + baseline_ + "'", "quote a name that has spaces"});
    plan.baseline = *found;
  }

  /// Every arm with every number of labels and every seed, there or not: seeds are pairs.
  void add_runs() {
    auto& plan = gathered_.plan;
    plan.gathered = true;
    std::map<std::tuple<std::size_t, int64_t, int64_t>, const FoundRun*> by_place;
    std::set<int64_t> labels, seeds;
    for (const auto& found : found_) {
      by_place[{found.setting, found.run.labels, found.seed}] = &found;
      labels.insert(found.run.labels);
      seeds.insert(found.seed);
    }
    plan.labels.assign(labels.begin(), labels.end());
    plan.seeds.assign(seeds.begin(), seeds.end());
    for (const auto seed : plan.seeds)
      for (const auto n : plan.labels)
        for (std::size_t i = 0; i < plan.settings.size(); ++i) {
          const auto at = by_place.find({i, n, seed});
          const bool there = at != by_place.end();
          plan.runs.push_back(
              {there ? at->second->folder.string() : run_name(plan.settings[i].arm, "", n, seed), i,
               n, seed});
          gathered_.runs.push_back(there ? at->second->run : CollectedRun());
        }
  }

  std::string baseline_;
  GatheredRuns gathered_;
  fs::path first_of_all_;                ///< the first run
  std::vector<std::string> classes_;     ///< its
  fs::path data_;                        ///< likewise
  bool moved_ = false;                   ///< another run has other ones
  std::vector<std::string> methods_;     ///< of each setting
  std::vector<fs::path> first_folders_;  ///< likewise
  std::vector<FoundRun> found_;
};

}  // namespace

GatheredRuns gather_runs(const std::vector<fs::path>& folders, const std::string& baseline) {
  Gatherer gatherer(baseline);
  for (const auto& folder : folders_of_runs(folders)) gatherer.add(folder);
  return gatherer.gather();
}

}  // namespace sslhost::host
