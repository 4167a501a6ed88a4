// SPDX-License-Identifier: Apache-2.0
#include "host/run/prediction_table.hpp"

#include <cstdio>
#include <utility>

#include "host/run/csv.hpp"

namespace sslhost::host {

PredictionTable::PredictionTable(std::vector<std::string> classes, bool names, bool labels)
    : classes_(std::move(classes)), names_(names), labels_(labels) {
  for (auto& name : classes_) name = csv_field(name);
}

std::string PredictionTable::header() const {
  return std::string("index,") + (names_ ? "name," : "") + (labels_ ? "label," : "") +
         "predicted,probability\n";
}

std::string PredictionTable::line(const PredictionLine& p) const {
  char probability[32];
  std::snprintf(probability, sizeof probability, "%.4f", p.probability);
  return std::to_string(p.index) + "," + (names_ ? csv_field(p.name) + "," : "") +
         (labels_ ? classes_.at(static_cast<size_t>(p.label)) + "," : "") +
         classes_.at(static_cast<size_t>(p.predicted)) + "," + probability + "\n";
}

}  // namespace sslhost::host
