// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/label_table.hpp"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/delimited/records.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

using delimited::Cells;
using delimited::RecordReader;
using Words = std::initializer_list<std::string_view>;

struct Columns : LabelColumns {
  bool header = false, ids = false;
};

bool is_any(std::string_view cell, Words words) {
  return std::ranges::find(words, lower(trimmed(cell))) != words.end();
}

/// The one cell that is one of `words`.
std::optional<size_t> find_column(const RecordReader& in, const Cells& header, Words words) {
  std::optional<size_t> found;
  for (size_t i = 0; i < header.size(); ++i) {
    if (!is_any(header[i], words)) continue;
    if (found)
      throw Error(ExitCode::data, {in.place(), "one column for each of path, label and role",
                                   in_quotes(header[*found]) + " and " + in_quotes(header[i]),
                                   "rename the one that is not meant"});
    found = i;
  }
  return found;
}

Columns columns_of(const RecordReader& in, const Cells& first) {
  auto path = find_column(in, first, {"path", "file", "filename", "image", "name"});
  const auto label = find_column(in, first, {"label", "class", "target"});
  const bool ids = !path;
  if (ids) path = find_column(in, first, {"id"});
  if (path && label)
    return {{first.size(), *path, *label,
             find_column(in, first, {"role", "split", "part", "set", "subset"})},
            true,
            ids};
  if (first.size() != 2 && first.size() != 3)
    throw Error(
        ExitCode::data,
        {in.place(), "the columns path, label and perhaps role, or a header that names them",
         counted(static_cast<int64_t>(first.size()), "column", "columns") +
             " without such a header",
         "write path,label into the first line, and below it a line for each image"});
  Columns columns;
  columns.count = first.size();
  if (first.size() == 3) columns.role = 2;
  return columns;
}

/// Of separators alone, as spreadsheets leave them below a table.
bool is_blank(const Cells& cells) {
  return cells.size() > 1 &&
         std::ranges::all_of(cells, [](std::string_view cell) { return trimmed(cell).empty(); });
}

std::string checked_path(const RecordReader& in, std::string_view cell) {
  const auto fail = [&](const std::string& found) {
    throw Error(ExitCode::data, {in.place(), "the path of an image below the photos' folder", found,
                                 "write it as it is called from that folder: cats/1.jpg"});
  };
  if (cell.empty()) fail("none");
  if (cell.starts_with('/')) fail("the absolute path " + in_quotes(cell));
  std::string path;
  for (size_t at = 0; at <= cell.size();) {
    const size_t end = std::min(cell.find('/', at), cell.size());
    const auto part = cell.substr(at, end - at);
    if (part == "..") fail("'..' in " + in_quotes(cell));
    if (!part.empty() && part != ".") path.append(path.empty() ? "" : "/").append(part);
    at = end + 1;
  }
  if (path.empty()) fail(in_quotes(cell));
  return path;
}

Role role_of(const RecordReader& in, std::string_view cell, bool has_label) {
  const Role if_labeled = has_label ? Role::train : Role::unlabeled;
  if (trimmed(cell).empty() || is_any(cell, {"train", "training"})) return if_labeled;
  if (is_any(cell, {"val", "valid", "validation"}))
    return has_label ? Role::validation : Role::unlabeled;
  if (is_any(cell, {"test", "testing"})) return Role::test;
  if (is_any(cell, {"unlabeled", "unlabelled"})) return Role::unlabeled;
  throw Error(ExitCode::data, {in.place(), "one of the roles train, val, test, unlabeled",
                               in_quotes(cell), "correct it, or leave it empty"});
}

LabelRow row_of(const RecordReader& in, const Cells& cells, const Columns& columns) {
  if (cells.size() != columns.count)
    throw Error(
        ExitCode::data,
        {in.place(),
         counted(static_cast<int64_t>(columns.count), "cell", "cells") + ", as in the first line",
         counted(static_cast<int64_t>(cells.size()), "cell", "cells"),
         "put cells that hold a separator into quotes, and leave unknown ones empty"});
  LabelRow row;
  row.line = in.line();
  row.path = checked_path(in, cells[columns.path]);
  row.label = trimmed(cells[columns.label]);
  row.role = role_of(in, columns.role ? cells[*columns.role] : "", !row.label.empty());
  if (row.role == Role::unlabeled) row.label.clear();
  return row;
}

}  // namespace

std::string LabelTable::place(const LabelRow& row) const {
  return name + ", line " + std::to_string(row.line);
}

LabelTable read_label_table(std::istream& in, const std::string& name, char separator) {
  LabelTable table = {name};
  RecordReader records(in, name, {.separator = separator});
  Cells cells;
  Columns columns;
  while (records.next(cells)) {
    if (is_blank(cells)) continue;
    if (columns.count == 0) {
      columns = columns_of(records, cells);
      table.columns = columns;
      table.has_header = columns.header;
      table.has_ids = columns.ids && columns.header;
      if (columns.header) continue;
    }
    table.rows.push_back(row_of(records, cells, columns));
  }
  if (table.rows.empty())
    throw Error(ExitCode::data, {name, "a line for each image: path,label", "no such line",
                                 "write them, or take the table out of the folder"});
  return table;
}

LabelTable read_label_table(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw Error(ExitCode::data, {file.string(), "a table of labels", "it cannot be opened",
                                 "give yourself the right to read it"});
  return read_label_table(in, file.string(), lower(file.extension().string()) == ".tsv" ? '\t' : 0);
}

}  // namespace sslhost::images
