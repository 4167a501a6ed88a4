// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/records.hpp"

#include <utility>

#include "sslhost/error.hpp"

#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

constexpr int kEnd = -1;
constexpr size_t kPiece = 1 << 16;
const char* const kSaveAs = "save the table as CSV in UTF-8";

}  // namespace

RecordReader::RecordReader(std::istream& in, std::string name, char separator)
    : in_(in), name_(std::move(name)), separator_(separator) {
  peek();
  if (buffer_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  if (separator_ == 0) detect_separator();
}

void RecordReader::detect_separator() {
  separator_ = ',';
  const auto line = std::string_view(buffer_).substr(0, buffer_.find_first_of("\r\n"));
  for (const char one : {',', '\t', ';'})
    if (line.find(one) != std::string_view::npos) {
      separator_ = one;
      return;
    }
}

std::string RecordReader::place(int64_t line) const {
  return name_ + ", line " + std::to_string(line);
}

int RecordReader::peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(kPiece);
    in_.read(buffer_.data(), kPiece);
    buffer_.resize(static_cast<size_t>(in_.gcount()));
    at_ = 0;
    if (in_.bad()) throw Error(ExitCode::data, {name_, "", "it cannot be read"});
  }
  return buffer_.empty() ? kEnd : static_cast<unsigned char>(buffer_[at_]);
}

int RecordReader::get() {
  const int c = peek();
  if (c == kEnd) return c;
  if (c == 0) throw Error(ExitCode::data, {place(line_), "text", "a byte of value 0", kSaveAs});
  if (++bytes_ > kLongest) fail_too_long();
  ++at_;
  if (c == '\n') ++line_;
  return c;
}

bool RecordReader::next(std::vector<std::string>& cells) {
  do {
    first_line_ = line_;
    bytes_ = 0;
    cells.clear();
    if (peek() == kEnd) return false;
    int end = separator_;
    while (end == separator_) end = read_cell(cells.emplace_back());
  } while (cells.size() == 1 && cells.front().empty());
  for (const auto& cell : cells)
    if (!is_utf8(cell))
      throw Error(ExitCode::data,
                  {place(), "text in UTF-8", "other bytes in " + in_quotes(cell), kSaveAs});
  return true;
}

int RecordReader::read_cell(std::string& cell) {
  const bool was_quoted = peek() == '"';
  if (was_quoted) read_quoted(cell);
  while (true) {
    const int c = get();
    if (c == kEnd || c == '\n' || c == separator_) return c;
    if (c == '\r') {
      if (peek() == '\n')
        get();
      else
        ++line_;
      return '\n';
    }
    if (was_quoted)
      throw Error(ExitCode::data,
                  {place(line_), "a separator or the end of the line behind a closing quote",
                   "other text behind " + in_quotes(cell), "double the quotes inside of a cell"});
    cell += static_cast<char>(c);
  }
}

void RecordReader::read_quoted(std::string& cell) {
  quote_line_ = line_;
  get();
  while (true) {
    const int c = get();
    if (c == kEnd)
      throw Error(ExitCode::data, {place(quote_line_), "a closing quote", "none up to the end",
                                   "close the quote that this line opens"});
    if (c == '"') {
      if (peek() != '"') break;
      get();
    }
    cell += static_cast<char>(c);
  }
  quote_line_ = 0;
}

void RecordReader::fail_too_long() const {
  const bool open = quote_line_ != 0;
  throw Error(ExitCode::data, {place(open ? quote_line_ : first_line_), "lines of 1 MB at most",
                               open ? "a quote that is not closed within 1 MB" : "a longer one",
                               open ? "close the quote that this line opens"
                                    : "check that this is a table of text"});
}

}  // namespace sslhost::images
