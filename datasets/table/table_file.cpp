// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/table_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "datasets/delimited/other_content.hpp"
#include "datasets/delimited/text.hpp"
#include "datasets/table/header.hpp"
#include "datasets/table/schema.hpp"
#include "datasets/table/separator.hpp"

namespace sslhost::table {

namespace {

namespace fs = std::filesystem;
using delimited::counted;
using delimited::in_quotes;

constexpr size_t kFirstRows = 100;
constexpr size_t kLongestRow = 8 << 20;  // bytes: half a million numbers
constexpr int64_t kReport = 4096;        // rows

std::ifstream opened(const fs::path& path) {
  std::error_code code;
  if (fs::exists(path, code) && !fs::is_regular_file(path, code))
    throw Error(ExitCode::data,
                {path.string(), "a table, CSV or TSV", "no regular file", "name the file itself"});
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ExitCode::data, {path.string(), "a table, CSV or TSV", std::strerror(errno),
                                 "check the path, and your right to read it"});
  return in;
}

char separator_of_file(std::ifstream& in, const std::string& name) {
  std::string begin(1 << 16, '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<size_t>(in.gcount()));
  if (const auto other = delimited::other_content(begin); !other.empty())
    throw Error(ExitCode::data, {name, "a table, CSV or TSV", other, "fetch the file again"});
  in.clear();
  in.seekg(0);
  return separator_of(begin);
}

}  // namespace

TableFile::TableFile(const fs::path& path, Header header, const std::vector<std::string>& known,
                     Progress progress)
    : path_(path.string()),
      in_(opened(path)),
      separator_(separator_of_file(in_, path_)),
      progress_(std::move(progress)) {
  std::error_code ignored;
  bytes_ = static_cast<int64_t>(fs::file_size(path, ignored));
  records_.emplace(in_, path_,
                   delimited::RecordRules{.separator = separator_, .longest = kLongestRow});
  read_beginning(header, known);
}

void TableFile::read_beginning(Header header, const std::vector<std::string>& known) {
  Cells cells;
  while (first_.size() <= kFirstRows && records_->next(cells))
    first_.push_back({records_->line(), {cells.begin(), cells.end()}});
  if (first_.empty())
    throw Error(ExitCode::data, {path_, "rows of a table", "an empty file", "write them"});
  const auto is_known = [&](const std::string& cell) {
    return std::ranges::find(known, delimited::trimmed(cell)) != known.end();
  };
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : first_) rows.push_back(row.cells);
  has_header_ = header == Header::automatic ? std::ranges::any_of(rows.front(), is_known) ||
                                                  is_header(rows, decimal_comma())
                                            : header == Header::yes;
  take_names();
  if (first_.empty())
    throw Error(ExitCode::data, {path_, "rows below the header", "the header alone",
                                 "write them, or say --header no where this is a row"});
}

void TableFile::take_names() {
  const auto top = first_.front();
  if (has_header_) first_.erase(first_.begin());
  std::unordered_map<std::string, size_t> seen;
  for (size_t i = 0; i < top.cells.size(); ++i) {
    auto name = has_header_ ? std::string(delimited::trimmed(top.cells[i])) : std::string();
    unnamed_.push_back(name.empty());
    if (name.empty()) name = numbered(i);
    const auto [before, is_new] = seen.emplace(name, i);
    if (!is_new)
      throw Error(
          ExitCode::data,
          {path_ + ", line " + std::to_string(top.line), "a name of its own for each column",
           in_quotes(name) + " for columns " + std::to_string(before->second + 1) + " and " +
               std::to_string(i + 1),
           "rename one of them"});
    names_.push_back(std::move(name));
  }
}

std::vector<std::string> TableFile::beginning(size_t column) const {
  std::vector<std::string> cells;
  for (const auto& row : first_)
    if (column < row.cells.size()) cells.push_back(row.cells[column]);
  return cells;
}

bool TableFile::next(Cells& cells) {
  if (given_ < first_.size()) {
    const auto& row = first_[given_++];
    line_ = row.line;
    cells.assign(row.cells.begin(), row.cells.end());
  } else {
    if (!records_->next(cells)) return false;
    line_ = records_->line();
  }
  require_same_count(cells.size());
  if (++rows_ % kReport == 0 && progress_) report();
  return true;
}

void TableFile::report() {
  // How many rows there are, the bytes of those that were read tell roughly.
  const double done = static_cast<double>(records_->bytes()) / static_cast<double>(bytes_);
  progress_(rows_, std::max(rows_, static_cast<int64_t>(static_cast<double>(rows_) / done)));
}

void TableFile::require_same_count(size_t cells) const {
  if (cells == names_.size()) return;
  const auto count = [](size_t n) { return counted(static_cast<int64_t>(n), "cell", "cells"); };
  std::string next = "put cells that hold a separator into quotes, and leave unknown ones empty";
  if (separator_ == ',')
    next += "; where numbers have decimal commas, separate columns by semicolons";
  throw Error(ExitCode::data,
              {path_ + ", line " + std::to_string(line_),
               count(names_.size()) + ", as in the first line", count(cells), next});
}

std::string TableFile::place(int64_t line, size_t column) const {
  return path_ + ", line " + std::to_string(line) + ", column " + in_quotes(names_[column]);
}

std::string TableFile::place(size_t column) const {
  return path_ + ", column " + in_quotes(names_[column]);
}

}  // namespace sslhost::table
