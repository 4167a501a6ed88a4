// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/header.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/delimited/text.hpp"
#include "datasets/table/number.hpp"

namespace sslhost::table {

namespace {

using Rows = std::vector<std::vector<std::string>>;

bool is_known_name(const std::string& cell) {
  const auto word = delimited::lower(delimited::trimmed(cell));
  return std::ranges::find(kLabelNames, word) != std::end(kLabelNames) ||
         std::ranges::find(kIdNames, word) != std::end(kIdNames);
}

/// The cells of a column below the first row.
template <class F>
bool all_below(const Rows& rows, size_t column, const F& holds) {
  return std::all_of(rows.begin() + 1, rows.end(),
                     [&](const auto& row) { return column >= row.size() || holds(row[column]); });
}

bool has_number_below(const Rows& rows, size_t column, bool decimal_comma) {
  const auto content = [&](const auto& cell) { return read_number(cell, decimal_comma).content; };
  bool any = false;
  const bool all = all_below(rows, column, [&](const auto& cell) {
    const auto what = content(cell);
    any = any || what == Content::number;
    return what == Content::number || what == Content::missing;
  });
  return any && all;
}

}  // namespace

bool is_header(const Rows& rows, bool decimal_comma) {
  const auto& first = rows.front();
  bool word_over_numbers = false, known = false, occurs_below = false, numbers = false;
  for (size_t i = 0; i < first.size(); ++i) {
    const auto number = read_number(first[i], decimal_comma);
    if (number.content == Content::number) {
      if (number.value != std::floor(number.value) || number.value < 0) return false;
      numbers = true;
    }
    if (number.content != Content::text) continue;
    known = known || is_known_name(first[i]);
    word_over_numbers = word_over_numbers || has_number_below(rows, i, decimal_comma);
    occurs_below =
        occurs_below || !all_below(rows, i, [&](const auto& cell) { return cell != first[i]; });
  }
  if (word_over_numbers || (known && !occurs_below)) return true;
  const bool has_words = std::ranges::any_of(first, [&](const auto& cell) {
    return read_number(cell, decimal_comma).content == Content::text;
  });
  return has_words && !numbers && !occurs_below;
}

}  // namespace sslhost::table
