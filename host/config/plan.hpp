// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request made definite: plugins found and loaded, every option with its value and origin.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sslhost/engine.hpp"

#include "host/config/option_sources.hpp"
#include "host/config/recorded_options.hpp"
#include "host/config/settings.hpp"
#include "host/discovery/search_path.hpp"
#include "host/loading/loader.hpp"

namespace sslhost::host {

struct Plan {
  SearchPath search;
  Settings settings;
  LoadedPlugin method, dataset;
  // Lists refer to the settings and the plugins' options above: a Plan stays where it was made.
  OptionList settings_list, method_list, dataset_list;
  std::map<std::string, std::string> origins;  ///< of each option
  std::map<std::string, std::string> former;   ///< earlier names that the user gave, by option

  std::vector<OptionList*> lists() { return {&settings_list, &method_list, &dataset_list}; }
  /// Options that decide what a run computes: all but where it reads, works and writes, and how
  /// often it says so.
  RecordedOptions deciding();
};

/// Throws Error (usage, plugin) with everything that is wrong.
std::unique_ptr<Plan> make_plan(const TrainRequest& request);

/// The plan that a run folder's config.toml records. Throws Error (storage) for a file that is
/// none.
std::unique_ptr<Plan> recorded_plan(const std::filesystem::path& config, const TrainRequest& where);

}  // namespace sslhost::host
