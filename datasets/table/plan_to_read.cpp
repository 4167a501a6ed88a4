// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/header.hpp"
#include "datasets/table/plan.hpp"

namespace sslhost::table {

namespace {

using delimited::counted;
using delimited::in_quotes;
using delimited::lower;

/// Where the features stand, by names.
class ByName {
 public:
  ByName(const TableFile& table, const Schema& schema) : table_(table), schema_(schema) {
    for (size_t i = 0; i < table.names().size(); ++i) columns_.emplace(table.names()[i], i);
  }

  Plan plan() {
    Plan plan;
    plan.columns.resize(table_.names().size());
    place_features(plan);
    if (const auto label = columns_.find(schema_.label); label != columns_.end())
      take(plan, plan.label, label->second, Plan::Use::label);
    choose_id(plan);
    for (size_t i = 0; i < plan.columns.size(); ++i)
      if (plan.columns[i].use == Plan::Use::nothing &&
          std::ranges::find(schema_.left_out, table_.names()[i]) == schema_.left_out.end())
        plan.not_looked_at.push_back(i);
    return plan;
  }

 private:
  void place_features(Plan& plan) const {
    std::string missing;
    int64_t count = 0;
    for (size_t f = 0; f < schema_.features.size(); ++f) {
      const auto& name = schema_.features[f].name;
      if (const auto at = columns_.find(name); at != columns_.end())
        plan.columns[at->second] = {Plan::Use::feature, f};
      else if (++count <= 12)
        missing += (missing.empty() ? "" : ", ") + in_quotes(name);
    }
    if (count == 0) return;
    throw Error(ExitCode::data,
                {table_.path(), "the columns of the training table",
                 "no " + missing + (count > 12 ? ", and more" : "") +
                     (table_.has_header() ? "" : ": the first line names no columns"),
                 "columns may stand in any order, but each has to be there under its name"});
  }

  static void take(Plan& plan, std::optional<size_t>& what, size_t column, Plan::Use use) {
    what = column;
    plan.columns[column].use = use;
  }

  void choose_id(Plan& plan) const {
    if (const auto own = columns_.find(schema_.id); own != columns_.end())
      return take(plan, plan.id, own->second, Plan::Use::id);
    const auto& names = table_.names();
    const auto is_free = [&](size_t i) { return plan.columns[i].use == Plan::Use::nothing; };
    if (!table_.is_named(0) && is_free(0)) return take(plan, plan.id, 0, Plan::Use::id);
    for (const auto word : kIdNames)
      for (size_t i = 0; i < names.size(); ++i)
        if (is_free(i) && lower(names[i]) == word) return take(plan, plan.id, i, Plan::Use::id);
  }

  const TableFile& table_;
  const Schema& schema_;
  std::unordered_map<std::string, size_t> columns_;
};

/// Where they stand by place: as in training, with the column of labels or without it.
Plan by_place(const TableFile& table, const Schema& schema) {
  const auto count = table.names().size();
  const bool labels = count >= schema.columns;
  if (count + 1 < schema.columns)
    throw Error(ExitCode::data,
                {table.path(),
                 counted(static_cast<int64_t>(schema.columns), "column", "columns") +
                     " as in training, or one less without labels",
                 std::to_string(count), "write them in the same order"});
  const auto here = [&](size_t column) {
    return column - (!labels && column > schema.label_column ? 1 : 0);
  };
  Plan plan;
  plan.columns.resize(count);
  for (size_t f = 0; f < schema.features.size(); ++f)
    plan.columns[here(schema.features[f].column)] = {Plan::Use::feature, f};
  if (labels) {
    plan.label = schema.label_column;
    plan.columns[*plan.label].use = Plan::Use::label;
  }
  if (schema.id_column) {
    plan.id = here(*schema.id_column);
    plan.columns[*plan.id].use = Plan::Use::id;
  }
  for (size_t i = schema.columns; i < count; ++i) plan.not_looked_at.push_back(i);
  return plan;
}

}  // namespace

Plan plan_to_read(const TableFile& table, const Schema& schema) {
  return schema.has_header ? ByName(table, schema).plan() : by_place(table, schema);
}

}  // namespace sslhost::table
