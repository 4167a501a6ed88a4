// SPDX-License-Identifier: Apache-2.0
#include "host/config/data_plan.hpp"

#include <optional>
#include <vector>

#include "sslhost/error.hpp"

#include "host/config/plan.hpp"
#include "host/config/recognized_dataset.hpp"
#include "host/loading/describe.hpp"

namespace sslhost::host {

namespace {

std::string text_or_empty(const OptionSource& source, std::string_view name) {
  const auto* text = text_of(source, name);
  return text ? *text : std::string();
}

bool same_place(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a == b;  // data inside a plugin lie nowhere
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(a), ignored) ==
         std::filesystem::weakly_canonical(std::filesystem::absolute(b), ignored);
}

/// Whether that dataset, which does not recognize other data, would recognize its own: there are
/// some that recognize nothing.
bool recognizes_own(const std::string& id, const std::string& own, const SearchPath& search) {
  return own.empty() || datasets_that_recognize(own, search).contains(id);
}

/// The run's own kind of data counts unless other data are clearly of another.
std::string chosen_dataset(const OptionSource& flags, const OptionSource& recorded,
                           const std::string& data, const SearchPath& search) {
  if (auto id = text_or_empty(flags, "dataset"); !id.empty()) return id;
  if (auto id = text_or_empty(recorded, "dataset"); !id.empty()) {
    const auto own = text_or_empty(recorded, "data");
    if (data.empty() || same_place(data, own)) return id;
    const auto those = datasets_that_recognize(data, search);
    const bool stays = those.empty() || those.contains(id) || !recognizes_own(id, own, search);
    return stays ? id : *those.begin();
  }
  if (!data.empty()) return recognized_dataset(data, search);
  throw Error(ExitCode::usage, {"sslhost predict",
                                "--data PATH or --dataset ID: a model alone does not say what to "
                                "predict",
                                "neither", "`sslhost plugins` lists them"});
}

/// What a model alone says instead of a run's record: nothing of where data lie.
OptionSource known_to_model(const std::string& reader) {
  OptionSource source;
  if (!reader.empty()) source.entries.push_back({"dataset", reader, true, "the model"});
  return source;
}

bool names_own_data(const OptionSource& flags, const OptionSource& recorded,
                    const std::string& data) {
  if (recorded.entries.empty()) return false;
  const auto dataset = text_or_empty(flags, "dataset");
  return (dataset.empty() || dataset == text_or_empty(recorded, "dataset")) &&
         (data.empty() || same_place(data, text_or_empty(recorded, "data")));
}

/// What the run recorded of its dataset. Nothing of it holds for another one, and no file beside
/// the run's own data, such as a table of labels, for other data.
OptionSource of_dataset(const OptionSource& recorded, DataPlan& plan, const std::string& dataset) {
  OptionSource source{.entries = {}, .strict = false};
  if (text_or_empty(recorded, "dataset") != dataset) return source;
  for (const auto& entry : recorded.entries) {
    const auto* option = plan.dataset_list.find(entry.name);
    const bool of_own_data = option != nullptr && option->is_path();
    const bool of_machine = entry.name == "device" || entry.name == "threads";
    if (!of_machine && (plan.own || !of_own_data)) source.entries.push_back(entry);
  }
  return source;
}

void add_device(DataPlan& plan) {
  plan.list.add("device", plan.device, "auto, cpu, cuda, cuda:N or pretend");
}

void load(DataPlan& plan, const std::string& id) {
  plan.plugin = load_plugin(find_plugin(PluginKind::dataset, id, plan.search));
  describe(plan.plugin, plan.dataset_list);
  plan.list.add("dataset", plan.dataset, "dataset plugin");
  plan.list.add("data", plan.data, "folder or file that the dataset is read from");
  plan.list.add("threads", plan.threads, "CPU threads; 0: one for each core")
      .at_least(0)
      .at_most(1024);
}

/// `command`: for errors.
void resolve_for(const std::string& command, DataPlan& plan, const std::string& id,
                 const std::vector<OptionSource>& sources) {
  try {
    resolve({&plan.list, &plan.dataset_list}, sources,
            [&](const std::string& name) { return owners_of(name, plan.search); });
  } catch (const Error& error) {
    auto parts = error.parts();
    parts.where = command + ", " + parts.where;
    parts.next = "see `" + command + " --help`, `sslhost --dataset " + id + " --help`";
    throw Error(error.code(), parts);
  }
  plan.dataset = id;
}

/// Of data that nothing but the command line names: `command PATH`.
std::unique_ptr<DataPlan> named_data(const std::string& command, const OptionSource& flags,
                                     SearchPath search) {
  auto plan = std::make_unique<DataPlan>();
  plan->search = std::move(search);
  auto id = text_or_empty(flags, "dataset");
  const auto data = text_or_empty(flags, "data");
  if (id.empty() && data.empty())
    throw Error(ExitCode::usage,
                {command, "the path of the data, or --dataset ID", "neither", command + " PATH"});
  if (id.empty()) id = recognized_dataset(data, plan->search);
  load(*plan, id);
  return plan;
}

}  // namespace

std::unique_ptr<DataPlan> make_data_plan(const std::filesystem::path& config,
                                         const TrainRequest& request, const NamedData& named) {
  auto plan = std::make_unique<DataPlan>();
  plan->search = make_search_path({request.plugin_files, request.plugin_folders});
  const auto flags = flags_of(request);
  const auto data = named.path.empty() ? text_or_empty(flags, "data") : named.path;
  const auto recorded = config.empty() ? known_to_model(data.empty() ? "" : named.reader)
                                       : read_recorded_options(config);
  const auto id = chosen_dataset(flags, recorded, data, plan->search);
  plan->own = names_own_data(flags, recorded, data);
  if (const auto* holdout = recorded.find("holdout"))
    if (const auto* count = std::get_if<int64_t>(&holdout->value)) plan->holdout = *count;
  load(*plan, id);
  add_device(*plan);
  resolve_for("sslhost predict", *plan, id, {flags, of_dataset(recorded, *plan, id)});
  if (!named.path.empty()) plan->data = named.path;
  return plan;
}

std::unique_ptr<DataPlan> make_survey_plan(const TrainRequest& request) {
  const auto flags = flags_of(request);
  auto plan = named_data("sslhost data", flags,
                         make_search_path({request.plugin_files, request.plugin_folders}));
  resolve_for("sslhost data", *plan, plan->plugin.record.id, {flags});
  return plan;
}

std::unique_ptr<DataPlan> make_suggestion_plan(const TrainRequest& request) {
  const auto flags = flags_of(request);
  auto plan = named_data("sslhost suggest", flags,
                         make_search_path({request.plugin_files, request.plugin_folders}));
  add_device(*plan);
  plan->list.add("encoder", plan->encoder, "pretrained network of the features, none, or auto");
  plan->list.add("seed", plan->seed, "of the clusters").at_least(0);
  resolve_for("sslhost suggest", *plan, plan->plugin.record.id, {flags});
  return plan;
}

}  // namespace sslhost::host
