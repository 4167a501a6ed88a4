// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "host/comparison/output.hpp"

namespace sslhost::host {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<Interval>& interval) {
  return interval ? Json{interval->low, interval->high} : Json();
}

Json json_of(const std::optional<Summary>& summary) {
  if (!summary) return {};
  return {{"count", summary->count},
          {"median", summary->median},
          {"mean", summary->mean},
          {"interval", json_of(summary->interval)}};
}

Json json_of(const std::vector<std::optional<double>>& values) {
  auto list = Json::array();
  for (const auto& value : values) list.push_back(value ? Json(*value) : Json());
  return list;
}

Json json_of(const Cell& cell) {
  Json json = {{"arm", cell.arm},
               {"variant", cell.variant},
               {"labels", cell.labels},
               {"trials", cell.trials},
               {"errors", json_of(cell.errors)},
               {"error", json_of(cell.error)},
               {"gains", json_of(cell.gains)},
               {"gain", json_of(cell.gain)},
               {"verdict", to_text(cell.verdict)},
               {"seconds", cell.seconds},
               {"images_per_second", cell.images_per_second},
               {"peak_memory", cell.peak_memory}};
  if (cell.gain) json["gain"]["wins"] = cell.gain->wins;
  return json;
}

Json json_of(const ComparisonPlan& plan, const PlannedRun& planned, const CollectedRun& run) {
  const auto& setting = plan.setting(planned);
  Json json = {{"run", planned.name},      {"arm", setting.arm},   {"variant", setting.variant},
               {"labels", planned.labels}, {"seed", planned.seed}, {"state", to_text(run.state)}};
  if (run.state == CollectedRun::State::failed) {
    json["code"] = run.code;
    json["error"] = run.error;
  }
  if (!run.is_finished()) return json;
  json["test_error"] = run.test_error;
  json["test_errors"] = run.test_errors;
  json["test_samples"] = run.test_samples;
  json["validation_error"] = run.validation_error ? Json(*run.validation_error) : Json();
  json["validation_samples"] = run.validation_samples;
  json["macro_f1"] = run.macro_f1;
  json["iterations"] = run.iterations;
  json["seconds"] = run.seconds;
  json["samples_drawn"] = run.samples_drawn;
  json["peak_memory"] = run.peak_memory;
  json["split_hash"] = run.split_hash;
  return json;
}

}  // namespace

std::string comparison_json(const ComparisonResult& result, int indent) {
  const auto& [plan, runs, analysis] = result;
  auto cells = Json::array(), all = Json::array();
  for (const auto& cell : analysis.cells) cells.push_back(json_of(cell));
  for (std::size_t i = 0; i < runs.size(); ++i) all.push_back(json_of(plan, plan.runs[i], runs[i]));
  const Json json = {{"comparison", 1},
                     {"folder", plan.folder.string()},
                     {"dataset", plan.dataset},
                     {"baseline", plan.baseline},
                     {"arms", plan.arms},
                     {"labels", plan.labels},
                     {"seeds", plan.seeds.size()},
                     {"varied", plan.varied},
                     {"differences", plan.differences},
                     {"finished", analysis.finished},
                     {"failed", analysis.failed},
                     {"missing", analysis.missing},
                     {"warnings", analysis.warnings},
                     {"cells", cells},
                     {"runs", all}};
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sslhost::host
