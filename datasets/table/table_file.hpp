// SPDX-License-Identifier: Apache-2.0
#pragma once

// A table as it lies on disk: its columns' names, and its rows as text.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/error.hpp"

#include "datasets/delimited/records.hpp"
#include "datasets/table/options.hpp"

namespace sslhost::table {

using delimited::Cells;

/// progress(rows done, rows there may be), from time to time; what it throws ends the reading.
using Progress = std::function<void(int64_t, int64_t)>;

class TableFile {
 public:
  /// Reads the first rows, by which separator and header are told. A first row with one of
  /// `known` columns is a header. Throws Error (data).
  TableFile(const std::filesystem::path& path, Header header,
            const std::vector<std::string>& known = {}, Progress progress = {});

  bool has_header() const { return has_header_; }
  /// Of the columns: of the header, else "column 1", ...; no two are the same.
  const std::vector<std::string>& names() const { return names_; }
  bool is_named(size_t column) const { return has_header_ && !unnamed_[column]; }
  bool decimal_comma() const { return separator_ == ';'; }
  const std::string& path() const { return path_; }

  /// The first rows' cells of a column, a hundred at most.
  std::vector<std::string> beginning(size_t column) const;

  /// False at the end. All rows have a cell for each column. Throws Error (data) where one has not.
  bool next(Cells& cells);
  int64_t line() const { return line_; }  ///< of that row, from 1

  /// "flowers.csv, line 7, column 'petal length'"
  std::string place(int64_t line, size_t column) const;
  std::string place(size_t column) const;

 private:
  struct Row {
    int64_t line;
    std::vector<std::string> cells;
  };
  void read_beginning(Header header, const std::vector<std::string>& known);
  void take_names();
  void require_same_count(size_t cells) const;
  void report();

  std::string path_;
  std::ifstream in_;
  int64_t bytes_ = 0;  // of the file
  char separator_;
  std::optional<delimited::RecordReader> records_;
  Progress progress_;
  bool has_header_ = false;
  std::vector<std::string> names_;
  std::vector<bool> unnamed_;
  std::vector<Row> first_;  // without the header
  size_t given_ = 0;        // of them
  int64_t line_ = 0, rows_ = 0;
};

}  // namespace sslhost::table
