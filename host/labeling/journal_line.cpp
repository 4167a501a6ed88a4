// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/journal_line.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "host/labeling/class_list.hpp"
#include "host/labeling/whole_number.hpp"

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;
using What = Step::What;

constexpr std::array<std::pair<What, const char*>, 6> kWords = {{{What::answer, "answer"},
                                                                 {What::add, "add"},
                                                                 {What::rename, "rename"},
                                                                 {What::remove, "remove"},
                                                                 {What::undo, "undo"},
                                                                 {What::table, "table"}}};
constexpr size_t kSum = 8;  // digits

/// FNV-1a of 32 bits: it is to tell a line that was cut or changed, from no enemy.
std::string sum_of(std::string_view text) {
  uint32_t sum = 2166136261u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619u;
  std::array<char, kSum + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", sum);
  return {digits.data(), kSum};
}

ordered_json json_of(const Answer& answer) {
  if (answer.kind == Answer::Kind::none) return nullptr;
  if (answer.kind == Answer::Kind::unsure) return 0;
  return answer.label;
}

/// A journal comes with its folder, from anywhere: its classes go into a table and must be fit for
/// one.
std::string class_of(const ordered_json& value) {
  const auto name = value.get<std::string>();
  if (checked_class_name(name) != name) throw std::invalid_argument("no class");
  return name;
}

Answer answer_of(const ordered_json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return {Answer::Kind::label, class_of(value)};
  if (value != 0) throw std::invalid_argument("no answer");
  return {Answer::Kind::unsure};
}

What what_of(const std::string& word) {
  for (const auto& [what, name] : kWords)
    if (word == name) return what;
  throw std::invalid_argument("no step");
}

}  // namespace

std::string line_of(const Step& step) {
  ordered_json json = {{"n", step.number}, {"at", step.at}};
  for (const auto& [what, name] : kWords)
    if (what == step.what) json["do"] = name;
  if (!step.from.empty()) json["from"] = step.from;
  if (!step.to.empty()) json["to"] = step.to;
  if (step.of != 0) json["of"] = step.of;
  for (const auto& change : step.changes)
    json["set"].push_back({change.picture, json_of(change.now), json_of(change.was)});
  const auto text = json.dump();
  return sum_of(text) + " " + text;
}

std::optional<Step> step_of(std::string_view line) {
  if (line.size() <= kSum || line[kSum] != ' ') return std::nullopt;
  const auto text = line.substr(kSum + 1);
  return line.substr(0, kSum) == sum_of(text) ? step_of_text(text) : std::nullopt;
}

std::optional<Step> step_of_text(std::string_view text) {
  try {
    const auto json = ordered_json::parse(text);
    Step step;
    step.number = whole_number(json.at("n"));
    step.at = json.at("at").get<std::string>();
    step.what = what_of(json.at("do").get<std::string>());
    if (json.contains("from")) step.from = class_of(json["from"]);
    if (json.contains("to")) step.to = class_of(json["to"]);
    if (json.contains("of")) step.of = whole_number(json["of"]);
    for (const auto& set : json.value("set", ordered_json::array()))
      step.changes.push_back(
          {set.at(0).get<std::string>(), answer_of(set.at(1)), answer_of(set.at(2))});
    return step;
  } catch (const std::exception&) {  // JSON's, and ours
    return std::nullopt;
  }
}

}  // namespace sslhost::host
