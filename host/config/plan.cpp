// SPDX-License-Identifier: Apache-2.0
#include "host/config/plan.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "host/config/finetune.hpp"
#include "host/config/own_names.hpp"
#include "host/config/recognized_dataset.hpp"
#include "host/config/usual_method.hpp"
#include "host/discovery/other_options.hpp"
#include "host/encode/pretrained.hpp"
#include "host/loading/describe.hpp"

namespace sslhost::host {

namespace {

constexpr const char* kProjectFile = "sslhost.toml";
constexpr const char* kNoRecipe = "none";

/// The strongest source's text for a name that must be known before options can be resolved; else
/// `otherwise`.
std::string early(const std::vector<OptionSource>& sources, std::string_view name,
                  std::string otherwise) {
  for (const auto& source : sources)
    if (const auto* text = text_of(source, name)) return *text;
  return otherwise;
}

/// Flag, variable, project file, recipe: the strongest first.
std::vector<OptionSource> sources_of(const TrainRequest& request, const SearchPath& search) {
  std::vector<OptionSource> sources = {flags_of(request), read_environment()};
  std::error_code ignored;
  if (std::filesystem::exists(kProjectFile, ignored))
    sources.push_back(read_toml(kProjectFile, kProjectFile));
  if (!request.recipe.empty() && request.recipe != kNoRecipe)
    sources.push_back(read_toml(find_recipe(request.recipe, search), "recipe " + request.recipe));
  return sources;
}

std::string chosen_plugin(const std::vector<OptionSource>& sources, const TrainRequest& request,
                          const Plan& plan) {
  const auto id = early(sources, "plugin", "");
  if (id.empty())
    fail_without_method(request, early(sources, "data", ""), plan.settings_list, plan.search);
  if (request.recipe.empty() || request.recipe == kNoRecipe) return id;
  const auto* named = sources.back().find("plugin");
  if (!named || sslhost::to_text(named->value) != id)
    throw Error(ExitCode::usage,
                {"recipe " + request.recipe, "a recipe for " + id,
                 named ? "one for " + sslhost::to_text(named->value) : "no `plugin = ...` line",
                 "leave out --plugin, or choose one of " + id + "'s recipes"});
  return id;
}

/// The dataset that sources lead to. To recognize data, every dataset plugin is loaded and looks at
/// them: once, however often it is asked.
class DatasetChoice {
 public:
  explicit DatasetChoice(const SearchPath& search) : search_(search) {}

  std::string of(const std::vector<OptionSource>& sources) {
    auto id = early(sources, "dataset", "auto");
    if (id != "auto") return id;
    const auto data = early(sources, "data", "");
    if (data.empty()) return "digits";
    auto& recognized = recognized_[data];
    if (recognized.empty()) recognized = recognized_dataset(data, search_);
    return recognized;
  }

 private:
  const SearchPath& search_;
  std::map<std::string, std::string> recognized_;  ///< ids by path
};

/// Where data are named, but neither a method nor a recipe.
std::optional<UsualMethod> usual_method(const std::vector<OptionSource>& sources,
                                        const TrainRequest& request, DatasetChoice& dataset,
                                        const SearchPath& search) {
  if (!request.recipe.empty() || !early(sources, "plugin", "").empty() ||
      early(sources, "data", "").empty())
    return std::nullopt;
  return usual_method(dataset.of(sources), early(sources, "encoder", "auto"),
                      early(sources, "init", ""), !early(sources, "model", "").empty(), search);
}

/// Where no recipe is named, the method's recipe for the dataset, if it has one: a method's
/// defaults may be for quite other data.
std::string recipe_for_dataset(const std::string& method, const std::vector<OptionSource>& sources,
                               const TrainRequest& request, DatasetChoice& dataset,
                               const SearchPath& search) {
  if (!request.recipe.empty()) return {};
  const auto names = recipe_names(search);
  const auto name = method + "/" + dataset.of(sources);
  return std::find(names.begin(), names.end(), name) == names.end() ? std::string() : name;
}

/// The embedded digits that nobody asked for are not worth a word.
bool names_data(const std::vector<OptionSource>& sources) {
  return early(sources, "dataset", "auto") != "auto" || !early(sources, "data", "").empty();
}

/// Those of both with the host were looked at when they were described.
void check_names(Plan& plan, const std::string& method, const std::string& dataset) {
  for (const auto& name : plan.dataset_list.names())
    if (plan.method_list.find(name))
      throw Error(ExitCode::plugin,
                  {"plugin " + dataset, "option names of its own",
                   "'" + name + "', an option of method " + method, "tell its author"});
}

LoadedPlugin load_described(PluginKind kind, const std::string& id, const SearchPath& search,
                            OptionList& list) {
  auto loaded = load_plugin(find_plugin(kind, id, search));
  describe(loaded, list);
  require_own_names(id, list);
  return loaded;
}

void finish(Plan& plan, const std::vector<OptionSource>& sources, const std::string& method,
            const std::string& dataset) {
  plan.method = load_described(PluginKind::method, method, plan.search, plan.method_list);
  plan.dataset = load_described(PluginKind::dataset, dataset, plan.search, plan.dataset_list);
  check_names(plan, method, dataset);
  auto resolved = resolve(plan.lists(), sources,
                          [&](const std::string& name) { return owners_of(name, plan.search); });
  plan.origins = std::move(resolved.origins);
  plan.former = std::move(resolved.former);
  plan.settings.plugin = method;
  plan.settings.dataset = dataset;
  plan.settings.preparation.check();
}

/// A name of weights stays one; a file, or the folder of a run, is recorded as it is found from
/// anywhere.
void complete(std::string& weights) {
  std::error_code ignored;
  if (weights_named(weights)) return;
  if (weights.ends_with(".safetensors") || std::filesystem::is_directory(weights, ignored))
    weights = std::filesystem::absolute(weights).string();
}

/// The run to go on with; empty: none. A recipe that names one is what such a run recorded, whole.
std::string run_to_finetune(std::vector<OptionSource> sources, const TrainRequest& request) {
  const bool by_recipe = !request.recipe.empty() && request.recipe != kNoRecipe;
  if (by_recipe) sources.pop_back();
  const auto run = early(sources, "finetune", "");
  if (by_recipe && !run.empty())
    throw Error(ExitCode::usage, {"--finetune", "no recipe: the options are those of the run",
                                  "--recipe " + request.recipe, "give its options as flags"});
  return run;
}

/// Data that were moved or renamed since the run began.
void require_recorded_data(const std::string& data, const std::filesystem::path& config) {
  std::error_code ignored;
  if (data.empty() || std::filesystem::exists(data, ignored)) return;
  throw Error(ExitCode::data,
              {data, "the data that the run began with", what_is_at(data),
               "put them back, or write where they are now into the line `data = ...` of " +
                   config.string()});
}

}  // namespace

OptionSource flags_of(const TrainRequest& request) {
  OptionSource source;
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& [name, value] : request.options)
    source.entries.push_back({name, value, true,
                              (in(request.by_set, name) ? "--set " : "--") + name,
                              in(request.alone, name)});
  return source;
}

std::string owners_of(std::string name, const SearchPath& search) {
  std::replace(name.begin(), name.end(), '-', '_');
  const auto owners = options_of_plugins(search);
  const auto found = owners.find(name);
  if (found == owners.end()) return {};
  std::string text;
  for (const auto& owner : found->second)
    text += (text.empty() ? "; it is an option of " : ", ") + owner;
  return text;
}

OptionSource read_recorded_options(const std::filesystem::path& config) {
  const auto refuse = [&](const std::string& found) {
    throw Error(ExitCode::storage, {config.string(), "the options that the run recorded", found,
                                    "name the folder of a run, or put the file back"});
  };
  std::error_code ignored;
  if (!std::filesystem::exists(config, ignored)) refuse(what_is_at(config.string()));
  OptionSource source;
  try {
    source = read_toml(config, config.string());
  } catch (const Error& error) {
    refuse(error.parts().where + ": " + error.parts().found);
  }
  for (const char* name : {"plugin", "dataset"})
    if (!source.find(name)) refuse("no line `" + std::string(name) + " = ...`");
  return source;
}

RecordedOptions Plan::deciding() {
  RecordedOptions options;
  for (auto* list : lists())
    for (const auto& option : list->all())
      if (decides(option.name())) options[option.name()] = sslhost::to_text(option.value());
  return options;
}

void Plan::complete_paths() {
  for (auto* list : lists())
    for (const auto& described : list->all()) {
      if (!described.is_path()) continue;
      const auto path = sslhost::to_text(described.value());
      if (path.empty()) continue;
      const auto wrong =
          list->find(described.name())->assign(std::filesystem::absolute(path).string());
      if (wrong) throw Error(ExitCode::usage, {"option " + described.name(), "a path", *wrong, ""});
    }
}

std::unique_ptr<Plan> make_plan(const TrainRequest& given) {
  auto plan = std::make_unique<Plan>();
  plan->search = make_search_path({given.plugin_files, given.plugin_folders});
  Settings::describe(plan->settings_list, plan->settings);
  auto request = given;
  auto sources = sources_of(request, plan->search);
  DatasetChoice dataset(plan->search);
  if (const auto run = run_to_finetune(sources, request); !run.empty()) {
    request.recipe = kNoRecipe;  // for features, say
    sources.push_back(finetune_source(run, plan->search));
    plan->notes.push_back("method: " + early(sources, "plugin", "") +
                          ", all layers of the network of " + run +
                          " on its split; another: --plugin ID");
  } else if (const auto usual = usual_method(sources, request, dataset, plan->search)) {
    plan->notes.push_back(usual->why);
    if (!usual->where_all_labeled.empty())
      plan->where_all_labeled = [given, recipe = usual->where_all_labeled] {
        auto other = given;
        other.recipe = recipe;
        return make_plan(other);
      };
    plan->is_usual = true;
    request.recipe = usual->recipe;
    sources = sources_of(request, plan->search);
  }
  const auto method = chosen_plugin(sources, request, *plan);
  if (const auto recipe = recipe_for_dataset(method, sources, request, dataset, plan->search);
      !recipe.empty()) {
    if (names_data(sources))
      plan->notes.push_back("recipe " + recipe +
                            " sets what no flag does; --recipe none: defaults");
    request.recipe = recipe;
    sources = sources_of(request, plan->search);
  }
  finish(*plan, sources, method, dataset.of(sources));
  complete(plan->settings.init);
  complete(plan->settings.encoder);
  return plan;
}

std::unique_ptr<Plan> model_plan(const std::string& method, const OptionSource& recorded,
                                 SearchPath search) {
  auto plan = std::make_unique<Plan>();
  plan->search = std::move(search);
  Settings::describe(plan->settings_list, plan->settings);
  plan->method = load_described(PluginKind::method, method, plan->search, plan->method_list);
  plan->origins = resolve({&plan->settings_list, &plan->method_list}, {recorded}).origins;
  plan->settings.plugin = method;
  return plan;
}

std::unique_ptr<Plan> recorded_plan(const std::filesystem::path& config,
                                    const TrainRequest& where) {
  auto plan = std::make_unique<Plan>();
  plan->search = make_search_path({where.plugin_files, where.plugin_folders});
  Settings::describe(plan->settings_list, plan->settings);
  const std::vector<OptionSource> sources = {read_recorded_options(config)};
  finish(*plan, sources, early(sources, "plugin", ""), early(sources, "dataset", ""));
  require_recorded_data(plan->settings.data, config);
  plan->former.clear();  // names of the version that wrote the file, not the user's
  return plan;
}

}  // namespace sslhost::host
