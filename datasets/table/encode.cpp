// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/encode.hpp"

#include <cmath>

#include "datasets/delimited/text.hpp"

namespace sslhost::table {

namespace {

/// Writes one column's features; those of categories are 0 before.
void encode(const Feature& feature, float cell, float* to) {
  if (feature.kind == Kind::number) {
    *to = std::isnan(cell) ? feature.fill : cell;
  } else if (!std::isnan(cell)) {
    if (cell != kUnknownCategory) to[static_cast<size_t>(cell)] = 1;
  } else if (feature.has_missing) {
    to[feature.categories.size()] = 1;
  }
}

}  // namespace

Part encoded(const Schema& schema, const Rows& rows, const std::vector<size_t>& chosen) {
  const auto& features = schema.features;
  const auto width = static_cast<size_t>(schema.width());
  std::vector<float> values(chosen.size() * width);
  Part part;
  float* to = values.data();
  for (const auto row : chosen) {
    const float* cell = rows.cells.data() + row * features.size();
    for (const auto& feature : features) {
      encode(feature, *cell++, to);
      to += feature.width();
    }
    if (!rows.names.empty()) part.names.push_back(rows.names[row]);
  }
  part.values = owned(std::move(values));
  part.rows = static_cast<int64_t>(chosen.size());
  return part;
}

std::string said_of_unknown(const Schema& schema, const Rows& rows, const std::string& table) {
  int64_t all = 0;
  std::string columns;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const auto& feature = schema.features[f];
    if (feature.kind != Kind::category) continue;
    const auto count = rows.unknown[f] + (feature.has_missing ? 0 : rows.missing_values[f]);
    if (count == 0) continue;
    all += count;
    columns += (columns.empty() ? "" : ", ") + delimited::in_quotes(feature.name) + " " +
               delimited::grouped(count);
  }
  if (all == 0) return {};
  return table + ": " + delimited::counted(all, "category", "categories") +
         " that the training table has not (" + columns + "): all features of such a column are 0";
}

}  // namespace sslhost::table
