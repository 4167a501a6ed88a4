// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/said.hpp"

#include <algorithm>

#include "datasets/delimited/text.hpp"

namespace sslhost::table {

namespace {

using delimited::counted;
using delimited::in_quotes;

/// 'a', 'b' and 3 more
std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMost = 5;
  std::string all;
  for (size_t i = 0; i < std::min(kMost, names.size()); ++i)
    all += (i == 0 ? "" : ", ") + in_quotes(names[i]);
  if (names.size() > kMost) all += " and " + std::to_string(names.size() - kMost) + " more";
  return all;
}

int64_t labeled_rows(const Rows& rows) {
  return std::ranges::count_if(rows.labels, [](int64_t label) { return label >= 0; });
}

std::string first_line(const TableFile& table, const Plan& plan, const Learned& learned) {
  const auto& [schema, rows, left_out, warnings] = learned;
  const auto count = [](size_t n) { return static_cast<int64_t>(n); };
  const auto labeled = labeled_rows(rows);
  std::string text = table.path() + ": labels from column " + in_quotes(schema.label) +
                     (plan.label_because.empty() ? "" : " (" + plan.label_because + ")") + ", " +
                     counted(count(rows.label_words.size()), "class", "classes") + "; " +
                     counted(labeled, "labeled row", "labeled rows");
  if (labeled < rows.size()) text += ", " + delimited::grouped(rows.size() - labeled) + " without";
  text += "; " + counted(schema.width(), "feature", "features") + " of " +
          counted(count(schema.features.size()), "column", "columns");
  const auto categories = std::ranges::count(schema.features, Kind::category, &Feature::kind);
  if (categories > 0) text += ", " + delimited::grouped(categories) + " with categories";
  if (plan.id) text += "; names from column " + in_quotes(schema.id);
  if (!table.has_header()) text += "; no header";
  return text;
}

}  // namespace

std::string said_of_missing(const Schema& schema, const Rows& rows, const std::string& table) {
  int64_t numbers = 0, categories = 0;
  std::vector<std::string> columns;
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const auto& feature = schema.features[f];
    const bool is_number = feature.kind == Kind::number;
    const auto count = is_number || feature.has_missing ? rows.missing_values[f] : 0;
    if (count == 0) continue;
    (is_number ? numbers : categories) += count;
    columns.push_back(feature.name);
  }
  if (columns.empty()) return {};
  std::string text = table + ": " + counted(numbers + categories, "value is", "values are") +
                     " missing, in " + listed(columns) + ": ";
  if (numbers > 0) text += "the mean of the training column stands for a number";
  if (numbers > 0 && categories > 0) text += ", ";
  if (categories > 0) text += "'missing' is a category of its own";
  return text;
}

std::string said_of_others(const TableFile& table, const Plan& plan) {
  if (plan.not_looked_at.empty()) return {};
  std::vector<std::string> names;
  for (const auto column : plan.not_looked_at) names.push_back(table.names()[column]);
  return table.path() + ": not used, since training had no such column: " + listed(names);
}

std::vector<std::string> said_of_training(const TableFile& table, const Plan& plan,
                                          const Learned& learned) {
  std::vector<std::string> notes = {first_line(table, plan, learned)};
  if (!learned.left_out.empty())
    notes.push_back(table.path() +
                    ": left out, since no row has a value: " + listed(learned.left_out));
  if (auto text = said_of_missing(learned.schema, learned.rows, table.path()); !text.empty())
    notes.push_back(std::move(text));
  return notes;
}

}  // namespace sslhost::table
