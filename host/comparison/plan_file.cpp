// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/plan_file.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "sslhost/error.hpp"

#include "host/storage/atomic_file.hpp"
#include "host/storage/json_field.hpp"

namespace sslhost::host {

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFormat = 1;

Json json_of(const ArmSetting& setting) {
  return {{"arm", setting.arm},
          {"variant", setting.variant},
          {"arguments", setting.arguments},
          {"options", setting.options}};
}

Json json_of(const PlannedRun& run) {
  return {{"name", run.name}, {"setting", run.setting}, {"labels", run.labels}, {"seed", run.seed}};
}

template <class T>
Json list_of(const std::vector<T>& all) {
  auto list = Json::array();
  for (const auto& one : all) list.push_back(json_of(one));
  return list;
}

std::vector<std::string> texts(const JsonField& field) {
  std::vector<std::string> all;
  field.each([&](const JsonField& element) { all.push_back(element.text()); });
  return all;
}

ArmSetting setting_of(const JsonField& field) {
  ArmSetting setting = {.arm = field["arm"].text(),
                        .variant = field["variant"].text(),
                        .arguments = texts(field["arguments"]),
                        .options = {}};
  field["options"].each_member([&](const std::string& name, const JsonField& value) {
    setting.options[name] = value.text();
  });
  return setting;
}

/// A name is that of a folder in ours, and leads nowhere else.
std::string folder_name(const JsonField& field) {
  auto name = field.text();
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos)
    field.fail("the name of a folder", field.shown());
  return name;
}

PlannedRun run_of(const JsonField& field, std::size_t settings) {
  if (settings == 0) field.fail("settings to refer to", "none");
  return {.name = folder_name(field["name"]),
          .setting = static_cast<std::size_t>(
              field["setting"].integer(0, static_cast<int64_t>(settings) - 1)),
          .labels = field["labels"].integer(0),
          .seed = field["seed"].integer(0)};
}

/// All that a plan on a file has begin with 0.
std::vector<int64_t> seeds_of(int64_t count) {
  std::vector<int64_t> seeds(static_cast<std::size_t>(count));
  std::iota(seeds.begin(), seeds.end(), 0);
  return seeds;
}

/// What an analysis relies on: each arm has settings, the baseline is an arm, and the runs are
/// those of all settings, labels and seeds in the order of make_comparison().
void require_complete(const JsonField& field, const ComparisonPlan& plan) {
  const auto is_arm = [&](const std::string& name) {
    return std::ranges::find(plan.arms, name) != plan.arms.end();
  };
  for (const auto& arm : plan.arms)
    if (std::ranges::find(plan.settings, arm, &ArmSetting::arm) == plan.settings.end())
      field["arms"].fail("arms that settings are of", arm);
  for (const auto& setting : plan.settings)
    if (!is_arm(setting.arm)) field["settings"].fail("settings of its arms", setting.arm);
  if (!is_arm(plan.baseline)) field["baseline"].fail("one of its arms", plan.baseline);
  std::size_t next = 0;
  const auto fail = [&] {
    field["runs"].fail("a run of each setting for each number of labels and each seed",
                       fmt::format("{}, and number {} is none of them or out of order",
                                   plan.runs.size(), next + 1));
  };
  for (const auto seed : plan.seeds)
    for (const auto labels : plan.labels)
      for (std::size_t i = 0; i < plan.settings.size(); ++i, ++next) {
        if (next == plan.runs.size()) fail();
        const auto& run = plan.runs[next];
        if (run.setting != i || run.labels != labels || run.seed != seed) fail();
      }
  if (next != plan.runs.size()) fail();
}

}  // namespace

void write_plan(const std::filesystem::path& file, const ComparisonPlan& plan) {
  const Json json = {{"comparison_plan", kFormat},
                     {"folder", plan.folder.string()},
                     {"dataset", plan.dataset},
                     {"baseline", plan.baseline},
                     {"arms", plan.arms},
                     {"labels", plan.labels},
                     {"seeds", plan.seeds.size()},
                     {"varied", plan.varied},
                     {"differences", plan.differences},
                     {"plugin_flags", plan.plugin_flags},
                     {"settings", list_of(plan.settings)},
                     {"runs", list_of(plan.runs)}};
  const auto text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  write_atomic(file, std::string_view(text));
}

ComparisonPlan read_plan(const std::filesystem::path& path) {
  const JsonFile file = {path, ExitCode::storage, "the plan of a comparison",
                         "name a file that `sslhost sweep plan` wrote, or write it anew"};
  const auto content = parse_json(file);
  const JsonField field(content, file);
  field["comparison_plan"].integer(kFormat, kFormat);
  ComparisonPlan plan = {.folder = field["folder"].text(),
                         .dataset = field["dataset"].text(),
                         .baseline = field["baseline"].text(),
                         .arms = texts(field["arms"]),
                         .labels = {},
                         .seeds = {},
                         .varied = texts(field["varied"]),
                         .differences = texts(field["differences"]),
                         .plugin_flags = texts(field["plugin_flags"]),
                         .settings = {},
                         .runs = {}};
  field["labels"].each([&](const JsonField& n) { plan.labels.push_back(n.integer(0)); });
  field["settings"].each([&](const JsonField& s) { plan.settings.push_back(setting_of(s)); });
  field["runs"].each(
      [&](const JsonField& r) { plan.runs.push_back(run_of(r, plan.settings.size())); });
  if (plan.runs.empty()) field["runs"].fail("one run at least", "none");
  plan.seeds = seeds_of(field["seeds"].integer(1, std::ssize(plan.runs)));
  require_complete(field, plan);
  return plan;
}

}  // namespace sslhost::host
