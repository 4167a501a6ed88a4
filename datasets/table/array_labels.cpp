// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/array_labels.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/header.hpp"
#include "datasets/table/npy.hpp"
#include "datasets/table/number.hpp"
#include "datasets/table/table_file.hpp"

namespace sslhost::table {

namespace {

using delimited::in_quotes;
using delimited::lower;
using delimited::trimmed;

struct Columns {
  size_t label = 0;
  std::optional<size_t> row, name;
};

template <class Words>
std::optional<size_t> called(const TableFile& table, const Words& words) {
  const auto& names = table.names();
  for (const std::string_view word : words)
    for (size_t i = 0; i < names.size(); ++i)
      if (lower(names[i]) == word) return i;
  return std::nullopt;
}

Columns columns_of(const TableFile& table) {
  const size_t count = table.names().size();
  Columns columns;
  columns.label = called(table, kLabelNames).value_or(count - 1);
  columns.row = called(table, std::vector<std::string>{"id"});
  const bool unnamed = table.has_header() ? !table.is_named(0) : count == 2;
  if (!columns.row && unnamed && count > 1) columns.row = 0;
  if (!columns.row) columns.name = called(table, kIdNames);
  if (columns.name == columns.label) columns.name.reset();
  return columns;
}

[[noreturn]] void fail_for_count(const std::string& name, int64_t rows, int64_t found) {
  throw Error(ExitCode::data,
              {name, delimited::grouped(rows) + " labels, one for each row of the array",
               delimited::grouped(found),
               "write one for each, NA where it is not known, or number the rows from 0 in a "
               "column id"});
}

class LabelsOfTable {
 public:
  LabelsOfTable(TableFile& table, int64_t rows)
      : table_(table), columns_(columns_of(table)), rows_(rows) {}

  ArrayLabels read() {
    labels_.words.resize(static_cast<size_t>(rows_));
    seen_.resize(static_cast<size_t>(rows_));
    int64_t count = 0;
    for (Cells cells; table_.next(cells); ++count) {
      if (!columns_.row && count == rows_) fail_for_count(table_.path(), rows_, count + 1);
      const auto row = columns_.row ? row_of(cells[*columns_.row]) : static_cast<size_t>(count);
      const auto cell = cells[columns_.label];
      if (!is_missing(cell)) labels_.words[row] = word_of(cell, table_.decimal_comma());
      if (columns_.name) add_name(cells[*columns_.name]);
    }
    if (!columns_.row && count < rows_) fail_for_count(table_.path(), rows_, count);
    return std::move(labels_);
  }

 private:
  size_t row_of(std::string_view cell) {
    const auto text = trimmed(cell);
    int64_t row = -1;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), row);
    const bool whole = error == std::errc() && stop == text.data() + text.size();
    if (!whole || row < 0 || row >= rows_ || seen_[static_cast<size_t>(row)])
      throw Error(ExitCode::data,
                  {table_.place(table_.line(), *columns_.row),
                   "the number of a row, each once, from 0 to " + std::to_string(rows_ - 1),
                   in_quotes(cell), "correct it, or take the column out"});
    seen_[static_cast<size_t>(row)] = true;
    return static_cast<size_t>(row);
  }

  void add_name(std::string_view cell) {
    auto name = std::string(trimmed(cell));
    if (!delimited::is_utf8(name)) name = delimited::percent_encoded(name);
    if (name.empty() || !names_.insert(name).second)
      throw Error(ExitCode::data,
                  {table_.place(table_.line(), *columns_.name), "a name of its own for each row",
                   in_quotes(cell), "correct it, or rename the column"});
    labels_.names.push_back(std::move(name));
  }

  TableFile& table_;
  Columns columns_;
  int64_t rows_;
  ArrayLabels labels_;
  std::vector<bool> seen_;
  std::unordered_set<std::string> names_;
};

}  // namespace

int64_t ArrayLabels::labeled() const {
  return std::ranges::count_if(words, [](const auto& word) { return !word.empty(); });
}

ArrayLabels read_array_labels(const std::filesystem::path& file, int64_t rows) {
  if (lower(file.extension().string()) != ".npy") {
    TableFile table(file, Header::automatic, {kLabelNames[0].data(), kLabelNames[1].data()});
    return LabelsOfTable(table, rows).read();
  }
  const auto numbers = read_numbers(file);
  const auto count = static_cast<int64_t>(numbers.size());
  if (count != rows) fail_for_count(file.string(), rows, count);
  ArrayLabels labels;
  for (const auto number : numbers)
    labels.words.push_back(number < 0 ? "" : std::to_string(number));
  return labels;
}

}  // namespace sslhost::table
