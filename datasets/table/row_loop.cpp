// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/row_loop.hpp"

#include <unordered_map>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/number.hpp"

namespace sslhost::table {

namespace {

using delimited::in_quotes;

std::string name_of(std::string_view cell) {
  const auto text = delimited::trimmed(cell);
  return delimited::is_utf8(text) ? std::string(text) : delimited::percent_encoded(text);
}

/// Why these cannot be names; empty where they can.
std::string wrong_with_names(const Rows& rows) {
  std::unordered_map<std::string_view, size_t> seen;
  for (size_t i = 0; i < rows.names.size(); ++i) {
    const auto line = std::to_string(rows.lines[i]);
    if (rows.names[i].empty()) return "an empty cell in line " + line;
    const auto [before, is_new] = seen.emplace(rows.names[i], i);
    if (!is_new)
      return in_quotes(rows.names[i]) + " in lines " + std::to_string(rows.lines[before->second]) +
             " and " + line;
  }
  return {};
}

void check_names(const TableFile& table, const Plan& plan, Rows& rows,
                 std::vector<std::string>& warnings) {
  if (!plan.id) return;
  const auto wrong = wrong_with_names(rows);
  if (wrong.empty()) return;
  if (plan.id_asked)
    throw Error(ExitCode::data, {table.place(*plan.id), "a name of its own for each row", wrong,
                                 "correct it, or choose another --id-column"});
  warnings.push_back(table.place(*plan.id) + ": " + wrong +
                     ", so the column does not serve as the rows' names; nor is it a feature");
  rows.names.clear();
}

}  // namespace

Rows read_all(TableFile& table, const Plan& plan, size_t features, FeatureReader& reader,
              std::vector<std::string>& warnings) {
  Rows rows;
  rows.missing_values.resize(features);
  rows.unknown.resize(features);
  for (Cells cells; table.next(cells);) {
    const size_t begin = rows.cells.size();
    rows.cells.resize(begin + features, kMissing);
    rows.lines.push_back(table.line());
    int64_t label = -1;
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto [use, feature] = plan.columns[i];
      if (use == Plan::Use::feature) {
        const float value = reader.read({feature, i, cells[i]});
        rows.cells[begin + feature] = value;
        rows.missing_values[feature] += value != value;  // NaN
        rows.unknown[feature] += value == kUnknownCategory;
      } else if (use == Plan::Use::label && !is_missing(cells[i])) {
        const auto word = word_of(cells[i], table.decimal_comma());
        label = static_cast<int64_t>(rows.label_words.number_of(word, table.line()));
      } else if (use == Plan::Use::id) {
        rows.names.push_back(name_of(cells[i]));
      }
    }
    rows.labels.push_back(label);
  }
  check_names(table, plan, rows, warnings);
  return rows;
}

void DecimalMarks::see(const TableFile& table, const FeatureCell& cell) {
  if (!table.decimal_comma()) return;  // commas are no part of numbers
  auto& [comma, point] = first_[cell.feature];
  const bool has_comma = cell.text.find(',') != cell.text.npos;
  if (!has_comma && cell.text.find('.') == cell.text.npos) return;
  auto& own = has_comma ? comma : point;
  const auto other = has_comma ? point : comma;
  if (own == 0) own = table.line();
  if (other == 0) return;
  const std::string expected = has_comma ? "point" : "comma", found = has_comma ? "comma" : "point";
  throw Error(ExitCode::data, {table.place(table.line(), cell.column),
                               "one decimal mark in a column, a " + expected + " as in line " +
                                   std::to_string(other),
                               in_quotes(cell.text) + ", with a " + found,
                               "write all with the same mark, and none between thousands"});
}

void fail_no_number(const TableFile& table, const FeatureCell& cell, const std::string& why) {
  const auto place = table.place(table.line(), cell.column);
  if (!table.decimal_comma() && has_decimal_comma(cell.text))
    throw Error(ExitCode::data,
                {place, "numbers with a decimal point, and without other marks",
                 in_quotes(cell.text) + ", with a comma",
                 "write 1.5 for one and a half, and 1500 for one and a half thousand; decimal "
                 "commas are read where semicolons separate the columns"});
  if (groups_thousands(cell.text))
    throw Error(ExitCode::data, {place, "numbers without marks between thousands",
                                 in_quotes(cell.text), "write 1234567.5, not 1,234,567.5"});
  throw Error(ExitCode::data,
              {place, "a number, " + why, in_quotes(cell.text),
               "correct it, leave it empty where it is not known, or take the column as categories "
               "(--category-columns) or not at all (--ignore-columns)"});
}

void fail_infinite(const TableFile& table, const FeatureCell& cell) {
  throw Error(ExitCode::data,
              {table.place(table.line(), cell.column), "a finite number of 3.4e38 at most",
               in_quotes(cell.text), "correct it, or leave it empty where it is not known"});
}

}  // namespace sslhost::table
