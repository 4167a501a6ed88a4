// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/number.hpp"
#include "datasets/table/row_loop.hpp"

namespace sslhost::table {

namespace {

using delimited::in_quotes;

constexpr size_t kMostCategories = 64;

/// A column while it is read. Its first value decides whether it has numbers or categories.
struct Column {
  Kind kind = Kind::undecided;
  int64_t first_line = 0;
  Words words;
};

class Learner final : public FeatureReader {
 public:
  Learner(const TableFile& table, const Plan& plan, const std::vector<size_t>& as_categories)
      : table_(table), marks_(plan.columns.size()) {
    for (size_t i = 0; i < plan.columns.size(); ++i) {
      if (plan.columns[i].use != Plan::Use::feature) continue;
      auto& column = columns_.emplace_back();
      if (std::ranges::find(as_categories, i) != as_categories.end()) column.kind = Kind::category;
    }
  }

  float read(const FeatureCell& cell) override {
    auto& column = columns_[cell.feature];
    if (column.kind == Kind::category) return category(column, cell);
    const auto number = read_number(cell.text, table_.decimal_comma());
    switch (number.content) {
      case Content::number:
        if (column.kind == Kind::undecided) decide(column, Kind::number);
        marks_.see(table_, cell);
        return number.value;
      case Content::missing:
        return kMissing;
      case Content::infinite:
        fail_infinite(table_, cell);
      case Content::text:
        break;
    }
    if (column.kind == Kind::number)
      fail_no_number(table_, cell, "as in line " + std::to_string(column.first_line));
    if (groups_thousands(cell.text) || (!table_.decimal_comma() && has_decimal_comma(cell.text)))
      fail_no_number(table_, cell, "");  // not a category
    decide(column, Kind::category);
    return category(column, cell);
  }

  std::vector<Column>& columns() { return columns_; }

 private:
  void decide(Column& column, Kind kind) const {
    column.kind = kind;
    column.first_line = table_.line();
  }

  float category(Column& column, const FeatureCell& cell) const {
    if (is_missing(cell.text)) return kMissing;
    const auto number =
        column.words.number_of(word_of(cell.text, table_.decimal_comma()), table_.line());
    if (number >= kMostCategories)
      throw Error(ExitCode::data,
                  {table_.place(table_.line(), cell.column),
                   std::to_string(kMostCategories) + " categories at most",
                   "one more, " + in_quotes(cell.text) + ", after " + in_quotes(column.words[0]) +
                       " in line " + std::to_string(column.words.line(0)) + " and others",
                   "leave the column out (--ignore-columns), or put its categories together; where "
                   "it should have numbers, correct the first of these cells"});
    return static_cast<float>(number);
  }

  const TableFile& table_;
  DecimalMarks marks_;
  std::vector<Column> columns_;
};

/// Numbers of categories in the order of the words instead of that in which they came.
void sort_categories(Feature& feature, const Words& words, std::vector<float>& cells, size_t at,
                     size_t stride) {
  feature.categories = in_order(words.all());
  std::vector<float> place(words.size());
  for (size_t i = 0; i < feature.categories.size(); ++i)
    place[words.find(feature.categories[i])] = static_cast<float>(i);
  for (; at < cells.size(); at += stride)
    if (!std::isnan(cells[at])) cells[at] = place[static_cast<size_t>(cells[at])];
}

/// Of each feature's numbers.
std::vector<float> means(const std::vector<float>& cells, size_t features) {
  std::vector<double> sums(features), counts(features);
  for (size_t at = 0; at < cells.size(); at += features)
    for (size_t f = 0; f < features; ++f) {
      const float value = cells[at + f];
      const bool known = !std::isnan(value);
      sums[f] += known ? value : 0;
      counts[f] += known;
    }
  std::vector<float> means(features);
  for (size_t f = 0; f < features; ++f)
    means[f] = counts[f] > 0 ? static_cast<float>(sums[f] / counts[f]) : 0;
  return means;
}

/// Takes columns out of the cells in which nothing stands.
void drop_undecided(std::vector<Feature>& features, Rows& rows) {
  std::vector<size_t> kept;
  for (size_t f = 0; f < features.size(); ++f)
    if (features[f].kind != Kind::undecided) kept.push_back(f);
  if (kept.size() == features.size()) return;
  size_t to = 0;
  for (size_t at = 0; at < rows.cells.size(); at += features.size())
    for (const auto f : kept) rows.cells[to++] = rows.cells[at + f];
  rows.cells.resize(to);
  for (size_t i = 0; i < kept.size(); ++i) {
    if (i != kept[i]) features[i] = std::move(features[kept[i]]);
    rows.missing_values[i] = rows.missing_values[kept[i]];
  }
  features.resize(kept.size());
  rows.missing_values.resize(kept.size());
  rows.unknown.resize(kept.size());
}

Schema schema_of(const TableFile& table, const Plan& plan) {
  Schema schema;
  schema.has_header = table.has_header();
  schema.columns = plan.columns.size();
  schema.label_column = *plan.label;
  schema.label = table.names()[*plan.label];
  schema.id_column = plan.id;
  if (plan.id) schema.id = table.names()[*plan.id];
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    if (plan.columns[i].use == Plan::Use::nothing) schema.left_out.push_back(table.names()[i]);
    if (plan.columns[i].use == Plan::Use::feature)
      schema.features.push_back({.name = table.names()[i], .column = i});
  }
  return schema;
}

void settle(std::vector<Feature>& features, const std::vector<Column>& columns, Rows& rows) {
  const auto mean = means(rows.cells, features.size());
  for (size_t f = 0; f < features.size(); ++f) {
    auto& feature = features[f];
    feature.kind = columns[f].kind;
    if (feature.kind == Kind::number) feature.fill = mean[f];
    if (feature.kind != Kind::category) continue;
    if (columns[f].words.size() == 0) feature.kind = Kind::undecided;
    feature.has_missing = rows.missing_values[f] > 0;
    sort_categories(feature, columns[f].words, rows.cells, f, features.size());
  }
}

}  // namespace

Learned learn(TableFile& table, const Plan& plan, const TableOptions& options) {
  Learned learned;
  auto& [schema, rows, left_out, warnings] = learned;
  schema = schema_of(table, plan);
  Learner learner(table, plan, category_columns(table, options));
  rows = read_all(table, plan, schema.features.size(), learner, warnings);
  settle(schema.features, learner.columns(), rows);
  for (const auto& feature : schema.features)
    if (feature.kind == Kind::undecided) left_out.push_back(feature.name);
  drop_undecided(schema.features, rows);
  schema.left_out.insert(schema.left_out.end(), left_out.begin(), left_out.end());
  if (schema.features.empty())
    throw Error(ExitCode::data, {table.path(), "features: columns with values, beside the label's",
                                 "none", "fill at least one"});
  return learned;
}

}  // namespace sslhost::table
