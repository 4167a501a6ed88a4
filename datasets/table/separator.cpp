// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/separator.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace sslhost::table {

namespace {

/// Lines as a reader of records sees them: line ends within quotes end none, and there are no
/// separators within.
std::vector<std::string> lines_without_quoted(std::string_view text) {
  constexpr size_t kMost = 20;
  std::vector<std::string> lines(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c != '\n' && c != '\r') {
      lines.back() += c;
    } else if (!lines.back().empty()) {
      if (lines.size() == kMost) return lines;
      lines.emplace_back();
    }
  }
  // The last may be cut off.
  if (lines.size() > 1) lines.pop_back();
  return lines;
}

int64_t count(const std::string& line, char c) { return std::ranges::count(line, c); }

bool is_digit(const std::string& line, size_t at) {
  return at < line.size() && line[at] >= '0' && line[at] <= '9';
}

/// "1,5;2,5"
bool has_semicolon_between_numbers(const std::string& line) {
  for (size_t at = line.find(';'); at != line.npos; at = line.find(';', at + 1))
    if (at > 0 && is_digit(line, at - 1) && is_digit(line, at + 1)) return true;
  return false;
}

}  // namespace

char separator_of(std::string_view begin) {
  const auto lines = lines_without_quoted(begin);
  const auto is_everywhere = [&](char c) {
    const auto first = count(lines.front(), c);
    return first > 0 &&
           std::ranges::all_of(lines, [&](const auto& line) { return count(line, c) == first; });
  };
  if (is_everywhere('\t')) return '\t';
  const bool semicolon = is_everywhere(';'), comma = is_everywhere(',');
  if (semicolon && comma) return has_semicolon_between_numbers(lines.back()) ? ';' : ',';
  if (semicolon || comma) return semicolon ? ';' : ',';
  // A line is ragged, which the reader says: the one that the first line has most of.
  char best = ',';
  for (const char c : {';', '\t'})
    if (count(lines.front(), c) > count(lines.front(), best)) best = c;
  return best;
}

}  // namespace sslhost::table
