// SPDX-License-Identifier: Apache-2.0
#pragma once

// The records of a text table, CSV or TSV, one after the other (RFC 4180: cells in quotes hold
// separators, line ends and doubled quotes). What people's programs write is taken: a byte order
// mark, any line end, blank lines, and a first line "sep=;", which names the separator for Excel.

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::delimited {

using Cells = std::vector<std::string_view>;

struct RecordRules {
  char separator = 0;        ///< 0: the first of comma, tab and semicolon that the first line has
  size_t longest = 1 << 20;  ///< bytes of a record
};

class RecordReader {
 public:
  static constexpr int64_t kLongest = 1 << 20;  ///< RecordRules::longest

  /// `name` stands for the table in errors.
  RecordReader(std::istream& in, std::string name, RecordRules rules = {});

  /// False at the end. The cells are valid until the next call. Throws Error (data) for NUL, text
  /// that is not UTF-8, a record that is too long (which is not read to its end), an open quote,
  /// and text behind a closing one.
  bool next(Cells& cells);

  char separator() const { return rules_.separator; }
  int64_t line() const { return first_line_; }  ///< where the last record begins, from 1
  int64_t bytes() const { return dropped_ + static_cast<int64_t>(at_); }  ///< read so far
  /// "labels.csv, line 3", for errors.
  std::string place() const { return place(first_line_); }
  std::string place(int64_t line) const;

 private:
  struct Span {
    size_t first = 0, length = 0;  // from begin_ on, which moves with the buffer
  };

  int peek() {  // -1 at the end
    return at_ < buffer_.size() || more() ? static_cast<unsigned char>(buffer_[at_]) : -1;
  }
  bool more();  ///< false at the end
  void read_named_separator();
  void detect_separator();
  bool read_cell();    ///< whether another one follows
  Span read_quoted();  ///< without the quotes
  bool ends_cell();    ///< behind a cell, the byte that is no part of it; as read_cell()
  void require_utf8(const Cells& cells) const;
  void fail_for_nul() const;
  [[noreturn]] void fail_too_long() const;

  std::istream& in_;
  std::string name_, buffer_;
  RecordRules rules_;
  std::array<bool, 256> ends_ = {};  // bytes that no plain cell holds
  size_t begin_ = 0, at_ = 0;        // of the record, and the next byte
  int64_t dropped_ = 0;              // bytes that were in the buffer before its first
  std::vector<Span> spans_;
  int64_t line_ = 1, first_line_ = 1;
  int64_t quote_line_ = 0;  // 0: outside quotes
};

}  // namespace sslhost::delimited
