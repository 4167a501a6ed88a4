// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/natural_order.hpp"

#include <cstddef>

namespace sslhost::images {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the run of digits that `text` begins with, and returns it without leading zeros.
std::string_view take_number(std::string_view& text) {
  size_t zeros = 0, end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  while (zeros < end && text[zeros] == '0') ++zeros;
  const auto number = text.substr(zeros, end - zeros);
  text.remove_prefix(end);
  return number;
}

/// Negative, 0 or positive.
int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::string_view x = a, y = b;
  while (!x.empty() && !y.empty()) {
    if (is_digit(x.front()) && is_digit(y.front())) {
      const auto left = take_number(x), right = take_number(y);
      if (const int order = compare_numbers(left, right); order != 0) return order < 0;
      continue;
    }
    if (x.front() != y.front())
      return static_cast<unsigned char>(x.front()) < static_cast<unsigned char>(y.front());
    x.remove_prefix(1);
    y.remove_prefix(1);
  }
  if (x.empty() != y.empty()) return x.empty();
  return a < b;
}

}  // namespace sslhost::images
