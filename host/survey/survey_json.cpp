// SPDX-License-Identifier: Apache-2.0
#include "host/survey/survey_json.hpp"

#include <nlohmann/json.hpp>

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;

ordered_json to_json(const SurveyedPart& part, const std::vector<std::string>& classes) {
  ordered_json j = {{"name", part.name}, {"samples", part.samples}, {"labels", nullptr}};
  if (!part.labeled) return j;
  j["labels"] = ordered_json::object();
  for (size_t k = 0; k < classes.size(); ++k) j["labels"][classes[k]] = part.per_class[k];
  return j;
}

ordered_json to_json(const Problem& problem) {
  return {{"id", problem.id},     {"weight", to_text(problem.weight)}, {"count", problem.count},
          {"text", problem.text}, {"examples", problem.examples},      {"next", problem.next}};
}

/// For programs that are to move them away, say.
ordered_json to_json(const LeftOut& file) { return {{"name", file.name}, {"reason", file.reason}}; }

ordered_json to_json(const Expectation& e) {
  return {{"data_bytes", e.data_bytes},     {"model", e.model},
          {"weights", e.weights},           {"network_bytes", e.network_bytes()},
          {"free_bytes", e.free.bytes},     {"free", e.free.limit},
          {"read_seconds", e.read_seconds}, {"compare_seconds", e.compare_seconds}};
}

}  // namespace

std::string json_of(const Survey& survey) {
  ordered_json j;
  j["data"] = survey.data;
  j["dataset"] = survey.dataset;
  j["notes"] = survey.notes;
  j["shape"] = survey.shape;
  j["type"] = survey.type;
  j["scale"] = survey.scale;
  j["classes"] = survey.classes;
  j["parts"] = ordered_json::array();
  for (const auto& part : survey.parts) j["parts"].push_back(to_json(part, survey.classes));
  j["held_out"] = survey.held_out;
  const auto& v = survey.values;
  j["values"] = {
      {"min", v.least}, {"max", v.most}, {"mean", v.mean}, {"standard_deviation", v.deviation}};
  j["near_duplicates_looked_for"] = survey.looked_alike;
  j["problems"] = ordered_json::array();
  for (const auto& problem : survey.problems) j["problems"].push_back(to_json(problem));
  j["damaged"] = ordered_json::array();
  for (const auto& file : survey.damaged) j["damaged"].push_back(to_json(file));
  j["wrong"] = survey.is_wrong();
  j["expected"] = to_json(survey.expected);
  j["next"] = survey.next;
  // A folder's name need not be UTF-8; samples' names are.
  return j.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sslhost::host
