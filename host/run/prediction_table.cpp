// SPDX-License-Identifier: Apache-2.0
#include "host/run/prediction_table.hpp"

#include <cstdio>
#include <utility>

namespace sslhost::host {

namespace {

std::string shown(double probability) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", probability);
  return text;
}

}  // namespace

PredictionTable::PredictionTable(std::vector<std::string> classes, const PredictionColumns& columns)
    : classes_(std::move(classes)), columns_(columns) {}

PredictionTable::PredictionTable(std::vector<std::string> classes, bool names, bool labels)
    : PredictionTable(std::move(classes), {.names = names, .labels = labels}) {}

std::string PredictionTable::header() const {
  std::vector<std::string> names;
  if (columns_.files) {
    names = {"path", "class", "probability", "error"};
    if (columns_.places) names.emplace_back("to");
  } else {
    names = {"index"};
    if (columns_.names) names.emplace_back("name");
    if (columns_.labels) names.emplace_back("label");
    names.insert(names.end(), {"predicted", "probability"});
  }
  if (columns_.probabilities)
    for (const auto& name : classes_) names.push_back("probability_" + name);
  return header_line(columns_.format, names);
}

std::string PredictionTable::line(const PredictionLine& p) const {
  TableRow row(columns_.format);
  const bool read = p.error.empty(), sure = read && p.predicted >= 0;
  const auto class_name = [&](int64_t i) { return classes_.at(static_cast<size_t>(i)); };
  const auto probability = read ? shown(p.probability) : "";
  const auto predicted = sure ? class_name(p.predicted) : "";
  if (columns_.files) {
    row.text("path", p.name);
    row.text("class", predicted, sure);
    row.number("probability", probability);
    row.text("error", p.error, !read);
    if (columns_.places) row.text("to", p.place, !p.place.empty());
  } else {
    row.number("index", std::to_string(p.index));
    if (columns_.names) row.text("name", p.name);
    if (columns_.labels) row.text("label", class_name(p.label));
    row.text("predicted", predicted, sure);
    row.number("probability", probability);
  }
  if (columns_.probabilities) {
    std::vector<std::string> all;
    for (size_t k = 0; k < classes_.size(); ++k)
      all.push_back(read ? shown(p.probabilities.at(k)) : "");
    row.numbers("probabilities", classes_, all, read);
  }
  return row.line();
}

}  // namespace sslhost::host
