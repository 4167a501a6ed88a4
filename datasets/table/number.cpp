// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "datasets/delimited/text.hpp"

namespace sslhost::table {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool are_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// Too large or too small for float32; which of both, a double tells.
Number beyond_float(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  // Beyond a double too, `value` stays 0; only a negative exponent makes a number that small.
  const bool small = value != 0 ? std::abs(value) < 1 : text.find("-", 1) != text.npos;
  return small ? Number{Content::number, 0} : Number{Content::infinite};
}

Number parsed(std::string_view text) {
  if (text.front() == '+' && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  float value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return {Content::text};
  if (error == std::errc::result_out_of_range) return beyond_float(text);
  if (std::isnan(value)) return {Content::missing};
  return std::isinf(value) ? Number{Content::infinite} : Number{Content::number, value};
}

}  // namespace

bool is_missing(std::string_view cell) {
  cell = delimited::trimmed(cell);
  if (cell.size() > 4) return false;
  const auto word = delimited::lower(cell);
  return word.empty() || word == "na" || word == "n/a" || word == "nan" || word == "null" ||
         word == "?";
}

Number read_number(std::string_view cell, bool decimal_comma) {
  const auto text = delimited::trimmed(cell);
  if (text.empty()) return {};
  if (!is_digit(text.back()) && is_missing(text)) return {};
  if (!decimal_comma || text.find(',') == text.npos) return parsed(text);
  std::string pointed(text);
  pointed[pointed.find(',')] = '.';
  return parsed(pointed);
}

bool has_decimal_comma(std::string_view cell) {
  const auto text = delimited::trimmed(cell);
  const auto comma = text.find(',');
  return comma != text.npos && text.find('.') == text.npos &&
         read_number(text, true).content == Content::number;
}

bool groups_thousands(std::string_view cell) {
  auto text = delimited::trimmed(cell);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = [&] {  // taken off the front
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const auto first = digits();
  if (first < 1 || first > 3 || text.empty()) return false;
  const char mark = text.front();
  if (mark != ',' && mark != '.' && mark != '\'') return false;
  for (bool more = true; more; more = text.starts_with(mark)) {
    text.remove_prefix(1);
    if (digits() != 3) return false;
  }
  if (text.starts_with('.') || text.starts_with(',')) {
    text.remove_prefix(1);
    digits();
  }
  return text.empty();
}

std::string word_of(std::string_view cell, bool decimal_comma) {
  const auto text = delimited::trimmed(cell);
  auto point = text.find('.');
  if (point == text.npos && decimal_comma) point = text.find(',');  // numbers may have either
  if (point != text.npos && point > 0) {
    auto whole = text.substr(0, point);
    const auto rest = text.substr(point + 1);
    const bool zeros = rest.find_first_not_of('0') == rest.npos;
    const auto digits = whole.front() == '-' ? whole.substr(1) : whole;
    // "007.0" is no number that was written as one.
    const bool plain = are_digits(digits) && (digits.size() == 1 || digits.front() != '0');
    if (zeros && plain) return std::string(whole);
  }
  return delimited::is_utf8(text) ? std::string(text) : delimited::percent_encoded(text);
}

}  // namespace sslhost::table
