// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/plan.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/comparison/resolved_arm.hpp"
#include "host/comparison/run_names.hpp"
#include "host/comparison/shared_options.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Words operator+(Words all, const Words& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string flag(const std::string& name, const std::string& value) {
  return "--" + name + "=" + value;
}

/// Data are named in full: a job of a cluster may begin in another folder.
std::string as_given(const std::string& name, const std::string& value) {
  std::error_code ignored;
  const bool file = name == "data" || name == "label_ids" || name == "split" || name == "init";
  return file && fs::exists(value, ignored) ? fs::absolute(value).lexically_normal().string()
                                            : value;
}

/// The plan in the making.
class Planner {
 public:
  Planner(const ComparisonRequest& request, const fs::path& front)
      : request_(request), front_(front) {
    plan_.arms = request.arms;
    const auto& arms = request.arms;
    const bool supervised = std::find(arms.begin(), arms.end(), "supervised") != arms.end();
    plan_.baseline = !request.baseline.empty() ? request.baseline
                     : supervised              ? "supervised"
                                               : arms.front();
    for (int64_t seed = 0; seed < request.seeds; ++seed) plan_.seeds.push_back(seed);
    plan_.plugin_flags = request.plugin_flags;
    for (const auto& variation : request.varied) plan_.varied.push_back(variation.name);
    for (const auto& [name, value] : request.options)
      given_.emplace_back(underscored(name), as_given(underscored(name), value));
  }

  ComparisonPlan make() {
    ask_arms();
    check_names();
    for (std::size_t i = 0; i < plan_.arms.size(); ++i) add_settings(i);
    ask_settings();
    check_validation();
    settle_labels();
    for (auto& text : differing_options(plan_.settings, plan_.varied))
      plan_.differences.push_back(std::move(text));
    plan_.folder = fs::absolute(request_.folder.empty() ? default_folder() : request_.folder)
                       .lexically_normal();
    add_runs();
    return std::move(plan_);
  }

 private:
  Words whose(std::size_t arm) const {
    const auto& name = plan_.arms[arm];
    return plan_.plugin_flags + Words{flag(is_recipe(name) ? "recipe" : "plugin", name)};
  }

  /// What each arm is by itself, on the data.
  void ask_arms() {
    std::vector<Words> questions;
    for (std::size_t i = 0; i < plan_.arms.size(); ++i) {
      auto words = whose(i);
      for (const auto& [name, value] : given_)
        if (name == "dataset" || name == "data") words.push_back(flag(name, value));
      questions.push_back(words);
    }
    own_ = resolve_all(front_, questions, plan_.arms);
    for (std::size_t i = 0; i < own_.size(); ++i)
      if (plan_.arms[i] == plan_.baseline) baseline_ = own_[i];
    plan_.dataset = baseline_["dataset"];
    for (std::size_t i = 0; i < own_.size(); ++i)
      if (own_[i]["dataset"] != plan_.dataset)
        throw Error(ExitCode::usage, {"compare", "arms of one dataset",
                                      plan_.baseline + " has " + plan_.dataset + ", " +
                                          plan_.arms[i] + " has " + own_[i]["dataset"],
                                      "--dataset ID, and --data PATH"});
  }

  void require_option(const std::string& where, const std::string& name) const {
    std::set<std::string> names;
    for (const auto& own : own_)
      for (const auto& [option, value] : own) names.insert(option);
    if (names.contains(name)) return;
    throw Error(ExitCode::usage,
                {where, "an option of one arm at least",
                 "'" + name + "', which is none" + did_you_mean(name, {names.begin(), names.end()}),
                 "sslhost --plugin ID --help lists them"});
  }

  void check_names() const {
    for (const auto& [name, value] : given_) require_option("--" + name, name);
    for (const auto& name : plan_.varied) {
      const auto where = "--vary " + name;
      require_option(where, name);
      if (name == "labels" || name == "seed" || decides_samples(name) || !decides(name))
        throw Error(ExitCode::usage,
                    {where, "an option of the training", "one that all runs of a seed share",
                     name == "labels" ? "--labels 50,100" : "compare once for each value"});
      for (const auto& [given, value] : given_)
        if (given == name)
          throw Error(ExitCode::usage, {where, "an option that is not given beside it",
                                        "--" + name + " " + value, "leave one out"});
    }
  }

  /// Without what is given or varied anyway.
  RecordedOptions taken_by(std::size_t arm) const {
    auto taken = taken_over(own_[arm], baseline_, is_recipe(plan_.arms[arm]));
    for (const auto& [name, value] : given_) taken.erase(name);
    for (const auto& name : plan_.varied) taken.erase(name);
    return taken;
  }

  Words given_to(std::size_t arm) const {
    Words words;
    for (const auto& [name, value] : given_) {
      if (!own_[arm].contains(name)) continue;
      const bool alone = std::any_of(
          request_.alone.begin(), request_.alone.end(),
          [&name = name](const std::string& other) { return underscored(other) == name; });
      words.push_back(alone ? "--" + name : flag(name, value));
    }
    return words;
  }

  void add_settings(std::size_t arm) {
    std::vector<Variation> varied;
    for (const auto& variation : request_.varied)
      if (own_[arm].contains(variation.name)) varied.push_back(variation);
    const auto taken = taken_by(arm);
    auto words = whose(arm);
    for (const auto& [name, value] : taken) words.push_back(flag(name, value));
    words = words + given_to(arm);
    if (!taken.empty())
      plan_.differences.push_back(
          taken_over_text(plan_.arms[arm], plan_.baseline, own_[arm], taken));
    for (const auto& variant : variants_of(varied, request_.draws)) {
      auto with_variant = words;
      for (const auto& [name, value] : variant) with_variant.push_back(flag(name, value));
      plan_.settings.push_back({plan_.arms[arm], variant_text(variant), with_variant, {}});
    }
  }

  void ask_settings() {
    std::vector<Words> questions;
    Words names;
    for (const auto& setting : plan_.settings) {
      questions.push_back(setting.arguments);
      names.push_back(setting.arm);
    }
    const auto answers = resolve_all(front_, questions, names);
    for (std::size_t i = 0; i < answers.size(); ++i)
      for (const auto& [name, value] : answers[i])
        if (decides(name) && name != "labels" && name != "seed")
          plan_.settings[i].options[name] = value;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (plan_.settings[i].arm == plan_.baseline) baseline_labels_ = answers[i].at("labels");
  }

  void check_validation() const {
    if (plan_.varied.empty()) return;
    const auto found = plan_.settings.front().options.find("validation");
    if (found == plan_.settings.front().options.end() || std::stod(found->second) > 0) return;
    throw Error(
        ExitCode::usage,
        {"--vary", "validation samples to choose a variant by: the test part chooses nothing",
         "none", "--validation N, or a share such as --validation 0.1"});
  }

  void settle_labels() {
    plan_.labels = request_.labels;
    if (plan_.labels.empty()) plan_.labels = parse_labels(baseline_labels_);
  }

  /// The same for the same data and options, so that more arms, labels and seeds go on in it.
  fs::path default_folder() const {
    std::string text = joined(plan_.plugin_flags, "\n");
    for (const auto& [name, value] : given_) text += "\n" + name + "=" + value;
    for (const auto& setting : plan_.settings)
      if (setting.arm == plan_.baseline)
        for (const auto& [name, value] : setting.options)
          if (is_shared(name)) text += "\n" + name + "=" + value;
    return fs::path("runs") / ("compare-" + plan_.dataset + "-" + short_hash(text));
  }

  void add_runs() {
    std::set<std::string> names;
    for (const auto seed : plan_.seeds)
      for (const auto labels : plan_.labels)
        for (std::size_t i = 0; i < plan_.settings.size(); ++i) {
          const auto& setting = plan_.settings[i];
          auto name = run_name(setting.arm, setting.variant, labels, seed);
          if (!names.insert(name).second)
            throw Error(ExitCode::usage, {"compare", "arms and values with names of their own",
                                          "two runs called " + name, "name them otherwise"});
          plan_.runs.push_back({std::move(name), i, labels, seed});
        }
  }

  const ComparisonRequest& request_;
  const fs::path& front_;
  ComparisonPlan plan_;
  std::vector<std::pair<std::string, std::string>> given_;
  std::vector<RecordedOptions> own_;  ///< of each arm by itself
  RecordedOptions baseline_;
  std::string baseline_labels_;
};

}  // namespace

std::vector<std::string> ComparisonPlan::arguments_of(const PlannedRun& run, bool resume) const {
  const auto path = folder_of(run).string();
  const Words quiet = {"--quiet"};
  if (resume) return Words{"train"} + plugin_flags + Words{"--resume=" + path} + quiet;
  return Words{"train"} + setting(run).arguments +
         Words{flag("labels", std::to_string(run.labels)), flag("seed", std::to_string(run.seed)),
               flag("out", path)} +
         quiet;
}

ComparisonPlan make_comparison(const ComparisonRequest& request, const fs::path& front) {
  check_request(request);
  return Planner(request, front).make();
}

}  // namespace sslhost::host
