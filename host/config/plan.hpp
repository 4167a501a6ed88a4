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
  std::vector<std::string> notes;              ///< what was chosen for the user, and why
  bool is_usual = false;                       ///< so was the method, with its recipe
  /// Where the method was chosen for the user: makes the plan to take instead where no sample is
  /// without a label; null: none. Throws as make_plan(), for options of the first method, say.
  std::function<std::unique_ptr<Plan>()> where_all_labeled = {};
  std::map<std::string, std::string> former;  ///< earlier names that the user gave, by option

  std::vector<OptionList*> lists() { return {&settings_list, &method_list, &dataset_list}; }
  /// Options that decide what a run computes: all but where it reads, works and writes, and how
  /// often it says so.
  RecordedOptions deciding();
  /// Files and folders as they are recorded: a run may be resumed, or asked to predict, from
  /// another working folder.
  void complete_paths();
};

/// Throws Error (usage, plugin) with everything that is wrong.
std::unique_ptr<Plan> make_plan(const TrainRequest& request);

/// The options of a request, as flags.
OptionSource flags_of(const TrainRequest& request);
/// What a run wrote of its own options. Throws Error (storage): whatever is wrong with it is
/// damage, not usage.
OptionSource read_recorded_options(const std::filesystem::path& config);
/// "; it is an option of method vat", as far as earlier probes tell.
std::string owners_of(std::string option, const SearchPath& search);

/// A plan without a dataset: the method of a model, with the options that it was trained with.
/// Options of the host count too.
std::unique_ptr<Plan> model_plan(const std::string& method, const OptionSource& recorded,
                                 SearchPath search);

/// The plan that a run folder's config.toml records; of `where` the plugin folders and files count.
/// Throws Error (storage) for a file that is none.
std::unique_ptr<Plan> recorded_plan(const std::filesystem::path& config, const TrainRequest& where);

}  // namespace sslhost::host
