// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/label_file.hpp"

#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "datasets/delimited/records.hpp"
#include "datasets/delimited/text.hpp"
#include "datasets/images/label_table.hpp"
#include "host/run/csv.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;
using Row = std::vector<std::string>;

bool is_tsv(const fs::path& table) {
  return delimited::lower(table.extension().string()) == ".tsv";
}

std::string line_of(const Row& row, char separator) {
  std::string line;
  for (const auto& cell : row) line += csv_field(cell, separator) + separator;
  line.back() = '\n';
  return line;
}

std::string new_table(const Pictures& pictures, const std::vector<std::string>& labels) {
  bool has_test = false;
  for (size_t i = 0; i < labels.size(); ++i) has_test = has_test || pictures.all[i].is_test;
  const char separator = is_tsv(pictures.table) ? '\t' : ',';
  Row header = {"path", "label"};
  if (has_test) header.emplace_back("role");
  std::string text = line_of(header, separator);
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto& picture = pictures.all[i];
    if (labels[i].empty() && !picture.is_test) continue;
    Row row = {picture.name, labels[i]};
    if (has_test) row.emplace_back(picture.is_test ? "test" : "");
    text += line_of(row, separator);
  }
  return text;
}

/// Which picture a path of the table means.
class Resolver {
 public:
  Resolver(const Pictures& pictures, bool has_ids) : pictures_(pictures) {
    for (size_t i = 0; i < pictures.all.size(); ++i) {
      const std::string_view name = pictures.all[i].name;
      by_name_.emplace(name, i);
      const auto dot = name.rfind('.'), slash = name.rfind('/');
      if (has_ids && dot != std::string_view::npos &&
          (slash == std::string_view::npos || dot > slash))
        by_id_.emplace(name.substr(0, dot), i);
    }
  }

  std::optional<size_t> find(const std::string& path) const {
    if (const auto found = by_name_.find(path); found != by_name_.end()) return found->second;
    if (const auto found = by_id_.find(path); found != by_id_.end()) return found->second;
    std::error_code code;  // through a link, which is listed by another name
    const auto real = fs::canonical(pictures_.folder / path, code);
    if (code) return std::nullopt;
    const auto name = real.lexically_relative(pictures_.real_folder).generic_string();
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  const Pictures& pictures_;
  std::unordered_map<std::string_view, size_t> by_name_, by_id_;
};

Row row_for(const Picture& picture, const std::string& label, const images::LabelColumns& columns) {
  Row row(columns.count);
  row[columns.path] = picture.name;
  row[columns.label] = label;
  if (columns.role && picture.is_test) row[*columns.role] = "test";
  return row;
}

/// A role that says "no label" would hide the one that is given now.
void set_label(Row& row, const std::string& label, const images::LabelColumns& columns) {
  row[columns.label] = label;
  if (!columns.role || label.empty()) return;
  const auto role = delimited::lower(delimited::trimmed(row[*columns.role]));
  if (role == "unlabeled" || role == "unlabelled") row[*columns.role] = "train";
}

}  // namespace

std::string label_table_text(const Pictures& pictures, const std::vector<std::string>& labels,
                             const std::vector<size_t>& changed) {
  std::error_code ignored;
  if (!fs::is_regular_file(pictures.table, ignored)) return new_table(pictures, labels);
  // Once, for both passes: an editor may put another file there at any moment.
  std::stringstream whole;
  whole << std::ifstream(pictures.table, std::ios::binary).rdbuf();
  const auto name = pictures.table.string();
  const char separator = is_tsv(pictures.table) ? '\t' : '\0';
  const auto table = images::read_label_table(whole, name, separator);
  const Resolver resolver(pictures, table.has_ids);
  std::unordered_set<size_t> missing(changed.begin(), changed.end());
  const auto wanted = missing;
  whole.clear();
  whole.seekg(0);
  delimited::RecordReader records(whole, name, {.separator = separator});
  std::string text;
  delimited::Cells cells;
  for (size_t i = 0, line = 0; records.next(cells); ++line) {
    Row row(cells.begin(), cells.end());
    if (line > 0 || !table.has_header) {
      const auto picture = resolver.find(table.rows.at(i++).path);
      if (picture && wanted.contains(*picture)) {
        set_label(row, labels[*picture], table.columns);
        missing.erase(*picture);
      }
    }
    text += line_of(row, records.separator());
  }
  for (const auto picture : changed)
    if (missing.contains(picture) && !labels[picture].empty())
      text += line_of(row_for(pictures.all[picture], labels[picture], table.columns),
                      records.separator());
  return text;
}

void write_label_table(const Pictures& pictures, const std::vector<std::string>& labels,
                       const std::vector<size_t>& changed) {
  write_atomic(pictures.table, label_table_text(pictures, labels, changed));
}

}  // namespace sslhost::host
