// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/shared_options.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kSamples[] = {"dataset",    "data",       "label_ids", "split",
                                         "draw",       "split_seed", "unlabeled", "overlap",
                                         "validation", "holdout"};
/// Network, views, number of updates.
constexpr std::string_view kTask[] = {"model",    "encoder", "init",      "freeze_statistics",
                                      "finetune", "weak",    "strong",    "standardize",
                                      "mean",     "std",     "iterations"};

template <class List>
bool is_in(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string shown(const std::string& value) { return value.empty() ? "none" : value; }

}  // namespace

bool decides_samples(std::string_view name) { return is_in(kSamples, name); }
bool is_shared(std::string_view name) { return decides_samples(name) || is_in(kTask, name); }

RecordedOptions taken_over(const RecordedOptions& own, const RecordedOptions& baseline,
                           bool recipe) {
  RecordedOptions taken;
  for (const auto& [name, value] : own) {
    if (!decides_samples(name) && (recipe || !is_in(kTask, name))) continue;
    const auto other = baseline.find(name);
    if (other != baseline.end() && other->second != value) taken[name] = other->second;
  }
  return taken;
}

std::vector<std::string> differing_options(const std::vector<ArmSetting>& settings,
                                           const std::vector<std::string>& except) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> arms;  // option, value
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (i > 0 && settings[i].arm == settings[i - 1].arm) continue;
    for (const auto& [name, value] : settings[i].options)
      if (name != "plugin" && !is_in(except, name)) arms[name][value].push_back(settings[i].arm);
  }
  std::vector<std::string> sentences;
  for (const auto& [name, values] : arms) {
    if (values.size() < 2) continue;
    std::vector<std::string> parts;
    for (const auto& [value, whose] : values)
      parts.push_back(shown(value) + " (" + joined(whose, ", ") + ")");
    sentences.push_back(name + ": " + joined(parts, ", "));
  }
  return sentences;
}

std::string taken_over_text(const std::string& arm, const std::string& baseline,
                            const RecordedOptions& own, const RecordedOptions& taken) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : taken)
    parts.push_back(name + " " + shown(value) + " (its own: " + shown(own.at(name)) + ")");
  return arm + " has of " + baseline + ": " + joined(parts, ", ");
}

}  // namespace sslhost::host
