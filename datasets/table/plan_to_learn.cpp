// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/header.hpp"
#include "datasets/table/number.hpp"
#include "datasets/table/plan.hpp"

namespace sslhost::table {

namespace {

using delimited::in_quotes;
using delimited::lower;
using delimited::trimmed;

std::string joined(const std::vector<std::string>& names) {
  constexpr size_t kMost = 12;
  std::string all;
  for (size_t i = 0; i < std::min(kMost, names.size()); ++i) all += (i == 0 ? "" : ", ") + names[i];
  return all + (names.size() > kMost ? ", and more" : "");
}

/// The column of that name, or number from 1.
size_t column_called(const TableFile& table, std::string_view text, const std::string& option) {
  const auto& names = table.names();
  const auto found = std::ranges::find(names, text);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  size_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && stop == text.data() + text.size() && number >= 1 &&
      number <= names.size())
    return number - 1;
  throw Error(ExitCode::data, {table.path() + ", option " + option,
                               "one of its columns: " + joined(names) + "; or a number from 1 to " +
                                   std::to_string(names.size()),
                               in_quotes(text), "correct the name"});
}

std::vector<size_t> columns_called(const TableFile& table, std::string_view list,
                                   const std::string& option) {
  std::vector<size_t> columns;
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (const auto name = trimmed(list.substr(at, end - at)); !name.empty())
      columns.push_back(column_called(table, name, option));
    at = end + 1;
  }
  return columns;
}

/// The column called by the first of these names that there is one for.
template <class Words>
std::optional<size_t> first_called(const TableFile& table, const Plan& plan, const Words& words) {
  const auto& names = table.names();
  for (const auto word : words)
    for (size_t i = 0; i < names.size(); ++i)
      if (plan.columns[i].use == Plan::Use::feature && lower(names[i]) == word) return i;
  return std::nullopt;
}

/// Words or whole numbers, as far as the first rows tell.
bool may_be_labels(const TableFile& table, size_t column) {
  return std::ranges::none_of(table.beginning(column), [&](const auto& cell) {
    const auto number = read_number(cell, table.decimal_comma());
    return number.content == Content::number && number.value != std::floor(number.value);
  });
}

[[noreturn]] void fail_without_labels(const TableFile& table) {
  throw Error(ExitCode::data,
              {table.path(),
               "a column of labels: one called label, class, target or y, or the "
               "last one, with words or whole numbers",
               "none among " + joined(table.names()), "name it with --label-column"});
}

void choose_label(const TableFile& table, const TableOptions& options, Plan& plan) {
  if (!options.label_column.empty()) {
    plan.label = column_called(table, options.label_column, "label_column");
    return;
  }
  const auto named = first_called(table, plan, kLabelNames);
  if (named && (lower(table.names()[*named]) != "y" || may_be_labels(table, *named))) {
    plan.label = named;
    plan.label_because = "by its name";
    return;
  }
  // Programs write a separator behind the last column, too.
  for (size_t i = plan.columns.size(); i-- > 0 && !plan.label;)
    if (plan.columns[i].use == Plan::Use::feature && (!table.has_header() || table.is_named(i)))
      plan.label = i;
  if (!plan.label || !may_be_labels(table, *plan.label)) fail_without_labels(table);
  plan.label_because = "the last one";
}

void choose_id(const TableFile& table, const TableOptions& options, Plan& plan) {
  plan.id_asked = !options.id_column.empty();
  if (plan.id_asked)
    plan.id = column_called(table, options.id_column, "id_column");
  else if (table.has_header() && !table.is_named(0) && plan.columns[0].use == Plan::Use::feature)
    plan.id = 0;  // as data frames write their index
  else if (table.has_header())
    plan.id = first_called(table, plan, kIdNames);
  if (plan.id) plan.columns[*plan.id].use = Plan::Use::id;
}

}  // namespace

Plan plan_to_learn(const TableFile& table, const TableOptions& options) {
  Plan plan;
  plan.columns.resize(table.names().size(), {Plan::Use::feature});
  for (const auto i : columns_called(table, options.ignore_columns, "ignore_columns"))
    plan.columns[i].use = Plan::Use::nothing;
  // Who names the column of labels means it, also where it is called name or id.
  const bool label_first = !options.label_column.empty() && options.id_column.empty();
  if (label_first) {
    choose_label(table, options, plan);
    plan.columns[*plan.label].use = Plan::Use::label;
  }
  choose_id(table, options, plan);
  if (!label_first) choose_label(table, options, plan);
  if (plan.columns[*plan.label].use == Plan::Use::id)
    throw Error(ExitCode::data, {table.path(), "a label and a name in two columns",
                                 in_quotes(table.names()[*plan.label]) + " for both",
                                 "correct --label-column or --id-column"});
  plan.columns[*plan.label].use = Plan::Use::label;
  size_t features = 0;
  for (auto& column : plan.columns)
    if (column.use == Plan::Use::feature) column.feature = features++;
  if (features == 0)
    throw Error(ExitCode::data,
                {table.path(), "columns of features beside that of labels", "none",
                 "if these are the labels of photos, name their folder; a table with "
                 "other separators than comma, semicolon and tab must be saved "
                 "with one of these"});
  return plan;
}

std::vector<size_t> category_columns(const TableFile& table, const TableOptions& options) {
  return columns_called(table, options.category_columns, "category_columns");
}

}  // namespace sslhost::table
