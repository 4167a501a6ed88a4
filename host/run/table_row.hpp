// SPDX-License-Identifier: Apache-2.0
#pragma once

// One line of a table of text, from its values in order.

#include <string>
#include <vector>

namespace sslhost::host {

enum class TableFormat {
  csv,    ///< RFC 4180
  tsv,    ///< the same with tabs, in fields that hold one in quotes too
  jsonl,  ///< an object a line; bytes that are no UTF-8 become U+FFFD
};

/// With the end of the line; empty where each line names its values.
std::string header_line(TableFormat format, const std::vector<std::string>& names);

class TableRow {
 public:
  explicit TableRow(TableFormat format) : format_(format) {}

  /// Not `there`: an empty field, or null.
  void text(const std::string& name, const std::string& value, bool there = true);
  /// `literal` is the number as JSON writes it; empty: none.
  void number(const std::string& name, const std::string& literal);
  /// A field for each of them, or one object; not `there`: empty fields, or null.
  void numbers(const std::string& name, const std::vector<std::string>& keys,
               const std::vector<std::string>& literals, bool there);
  /// With its end.
  std::string line() const;

 private:
  void add(const std::string& name, const std::string& field, const std::string& json);

  TableFormat format_;
  bool begun_ = false;
  std::string line_;
};

}  // namespace sslhost::host
