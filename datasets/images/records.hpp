// SPDX-License-Identifier: Apache-2.0
#pragma once

// The records of a text table, CSV or TSV, one after the other (RFC 4180: cells in quotes hold
// separators, line ends and doubled quotes). What people's programs write is taken: a byte order
// mark, any line end, blank lines.

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace sslhost::images {

class RecordReader {
 public:
  static constexpr int64_t kLongest = 1 << 20;  ///< bytes of a record

  /// `name` stands for the table in errors. Without a separator it is the first of comma, tab and
  /// semicolon that the first line has.
  RecordReader(std::istream& in, std::string name, char separator = 0);

  /// False at the end. Throws Error (data) for NUL, text that is not UTF-8, a record above kLongest
  /// (which is not read to its end), an open quote, and text behind a closing one.
  bool next(std::vector<std::string>& cells);

  int64_t line() const { return first_line_; }  ///< where the last record begins, from 1
  /// "labels.csv, line 3", for errors.
  std::string place() const { return place(first_line_); }
  std::string place(int64_t line) const;

 private:
  int peek();  ///< -1 at the end
  int get();
  void detect_separator();
  int read_cell(std::string& cell);  ///< what ended it: separator, '\n', or -1
  void read_quoted(std::string& cell);
  [[noreturn]] void fail_too_long() const;

  std::istream& in_;
  std::string name_, buffer_;
  size_t at_ = 0;
  char separator_;
  int64_t line_ = 1, first_line_ = 1, bytes_ = 0;
  int64_t quote_line_ = 0;  // 0: outside quotes
};

}  // namespace sslhost::images
