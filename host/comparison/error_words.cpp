// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/error_words.hpp"

#include <sstream>
#include <vector>

namespace sslhost::host {

namespace {

constexpr std::string_view kError = "error: ";  // as format_error() writes it
constexpr std::size_t kLabel = 12;              // width of "  expected  "

std::string last_words(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  const auto line = text.rfind('\n');
  return std::string(line == text.npos ? text : text.substr(line + 1));
}

std::size_t last_error(std::string_view text) {
  for (auto at = text.rfind(kError); at != text.npos;
       at = at == 0 ? text.npos : text.rfind(kError, at - 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return text.npos;
}

}  // namespace

Error::Parts error_words(std::string_view errors, const std::string& whose) {
  Error::Parts parts = {.where = whose, .expected = "", .found = ""};
  const auto at = last_error(errors);
  if (at == errors.npos) {
    parts.found = last_words(errors);
    if (parts.found.empty()) parts.found = "an end without a word";
    return parts;
  }
  std::istringstream lines{std::string(errors.substr(at + kError.size()))};
  std::string line;
  std::getline(lines, line);
  parts.where += ": " + line;
  std::string* part = nullptr;
  while (std::getline(lines, line) && line.starts_with("  ")) {
    if (line.starts_with("  expected")) part = &parts.expected;
    if (line.starts_with("  found")) part = &parts.found;
    if (line.starts_with("  next")) part = &parts.next;
    if (part == nullptr || line.size() <= kLabel) continue;
    if (!part->empty()) *part += '\n';
    *part += line.substr(kLabel);
  }
  return parts;
}

}  // namespace sslhost::host
