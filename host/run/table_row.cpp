// SPDX-License-Identifier: Apache-2.0
#include "host/run/table_row.hpp"

#include <nlohmann/json.hpp>

#include "host/run/csv.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;

char separator_of(TableFormat format) { return format == TableFormat::tsv ? '\t' : ','; }

std::string json_text(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string header_line(TableFormat format, const std::vector<std::string>& names) {
  if (format == TableFormat::jsonl) return {};
  TableRow row(format);
  for (const auto& name : names) row.text(name, name);
  return row.line();
}

void TableRow::add(const std::string& name, const std::string& field, const std::string& json) {
  if (begun_) line_ += separator_of(format_);
  begun_ = true;
  line_ += format_ == TableFormat::jsonl ? json_text(name) + ":" + json : field;
}

void TableRow::text(const std::string& name, const std::string& value, bool there) {
  add(name, there ? csv_field(value, separator_of(format_)) : "",
      there ? json_text(value) : "null");
}

void TableRow::number(const std::string& name, const std::string& literal) {
  add(name, literal, literal.empty() ? "null" : literal);
}

void TableRow::numbers(const std::string& name, const std::vector<std::string>& keys,
                       const std::vector<std::string>& literals, bool there) {
  if (format_ != TableFormat::jsonl) {
    for (const auto& literal : literals) number(name, there ? literal : "");
    return;
  }
  TableRow inner(format_);
  for (size_t i = 0; i < keys.size(); ++i) inner.number(keys[i], literals[i]);
  add(name, "", there ? "{" + inner.line_ + "}" : "null");
}

std::string TableRow::line() const {
  return (format_ == TableFormat::jsonl ? "{" + line_ + "}" : line_) + "\n";
}

}  // namespace sslhost::host
