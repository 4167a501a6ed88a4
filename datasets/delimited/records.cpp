// SPDX-License-Identifier: Apache-2.0
#include "datasets/delimited/records.hpp"

#include <algorithm>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"

namespace sslhost::delimited {

namespace {

constexpr int kEnd = -1;
constexpr size_t kPiece = 1 << 16;
const char* const kSaveAs = "save the table as CSV in UTF-8";

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

}  // namespace

RecordReader::RecordReader(std::istream& in, std::string name, RecordRules rules)
    : in_(in), name_(std::move(name)), rules_(rules) {
  more();
  if (buffer_.starts_with("\xEF\xBB\xBF")) at_ = begin_ = 3;
  read_named_separator();
  if (rules_.separator == 0) detect_separator();
  for (const char c : {'\0', '\n', '\r', rules_.separator})
    ends_[static_cast<unsigned char>(c)] = true;
}

void RecordReader::read_named_separator() {
  const auto text = std::string_view(buffer_).substr(begin_);
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  if (line.size() != 5 || lower(line.substr(0, 4)) != "sep=") return;
  const char named = line.back();
  if (named != ',' && named != '\t' && named != ';') return;
  rules_.separator = named;
  at_ += line.size();
  if (text.substr(line.size()).starts_with("\r\n")) ++at_;
  if (text.size() > line.size()) ++at_;
  begin_ = at_;
  ++line_;
}

void RecordReader::detect_separator() {
  rules_.separator = ',';
  const auto text = std::string_view(buffer_).substr(begin_);
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  for (const char one : {',', '\t', ';'})
    if (line.find(one) != std::string_view::npos) {
      rules_.separator = one;
      return;
    }
}

std::string RecordReader::place(int64_t line) const {
  return name_ + ", line " + std::to_string(line);
}

bool RecordReader::more() {
  if (at_ - begin_ > rules_.longest) fail_too_long();
  buffer_.erase(0, begin_);
  dropped_ += static_cast<int64_t>(begin_);
  at_ -= begin_;
  begin_ = 0;
  const size_t had = buffer_.size();
  buffer_.resize(had + kPiece);
  in_.read(buffer_.data() + had, kPiece);
  const auto got = static_cast<size_t>(in_.gcount());
  buffer_.resize(had + got);
  if (in_.bad()) throw Error(ExitCode::data, {name_, "", "it cannot be read"});
  return got > 0;
}

bool RecordReader::next(Cells& cells) {
  cells.clear();
  do {
    begin_ = at_;
    first_line_ = line_;
    spans_.clear();
    if (peek() == kEnd) return false;
    while (read_cell()) {
    }
    if (at_ - begin_ > rules_.longest + 2) fail_too_long();  // 2: of the line end
    // Quotes alone are a row with an empty cell: so data frames write a column's missing value.
  } while (spans_.size() == 1 && spans_.front().length == 0 && spans_.front().first == 0);
  const auto record = std::string_view(buffer_).substr(begin_, at_ - begin_);
  for (const auto [first, length] : spans_) cells.push_back(record.substr(first, length));
  if (!is_ascii(record)) require_utf8(cells);
  return true;
}

bool RecordReader::read_cell() {
  if (peek() == '"') {
    spans_.push_back(read_quoted());
    return ends_cell();
  }
  const size_t first = at_ - begin_;
  do {
    while (at_ < buffer_.size() && !ends_[static_cast<unsigned char>(buffer_[at_])]) ++at_;
  } while (at_ == buffer_.size() && more());
  spans_.push_back({first, at_ - begin_ - first});
  return ends_cell();
}

bool RecordReader::ends_cell() {
  const int c = peek();
  if (c == kEnd) return false;
  if (c == 0) fail_for_nul();
  if (!ends_[static_cast<size_t>(c)]) {
    const auto [first, length] = spans_.back();
    throw Error(
        ExitCode::data,
        {place(line_), "a separator or the end of the line behind a closing quote",
         "other text behind " + in_quotes(std::string_view(buffer_).substr(begin_ + first, length)),
         "double the quotes inside of a cell"});
  }
  ++at_;
  if (c == static_cast<unsigned char>(rules_.separator)) return true;
  if (c == '\r' && peek() == '\n') ++at_;
  ++line_;
  return false;
}

RecordReader::Span RecordReader::read_quoted() {
  quote_line_ = line_;
  ++at_;
  const size_t first = at_ - begin_;
  size_t end = first;  // what is kept moves to the left, over the quotes that were doubled
  while (true) {
    const int c = peek();
    if (c == kEnd)
      throw Error(ExitCode::data, {place(quote_line_), "a closing quote", "none up to the end",
                                   "close the quote that this line opens"});
    if (c == 0) fail_for_nul();
    ++at_;
    if (c == '\n') ++line_;
    if (c == '"') {
      if (peek() != '"') break;
      ++at_;
    }
    buffer_[begin_ + end++] = static_cast<char>(c);
  }
  quote_line_ = 0;
  return {first, end - first};
}

void RecordReader::require_utf8(const Cells& cells) const {
  for (const auto& cell : cells)
    if (!is_utf8(cell))
      throw Error(ExitCode::data,
                  {place(), "text in UTF-8", "other bytes in " + in_quotes(cell), kSaveAs});
}

void RecordReader::fail_for_nul() const {
  throw Error(ExitCode::data, {place(line_), "text", "a byte of value 0", kSaveAs});
}

void RecordReader::fail_too_long() const {
  const bool open = quote_line_ != 0;
  const auto most = std::to_string(rules_.longest >> 20) + " MB";
  throw Error(
      ExitCode::data,
      {place(open ? quote_line_ : first_line_), "lines of " + most + " at most",
       open ? "a quote that is not closed within " + most : "a longer one",
       open ? "close the quote that this line opens" : "check that this is a table of text"});
}

}  // namespace sslhost::delimited
