// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one cell of a table says.

#include <string>
#include <string_view>

namespace sslhost::table {

enum class Content { number, missing, text, infinite };

struct Number {
  Content content = Content::missing;
  float value = 0;  ///< where it is a number
};

/// Empty, or NA, N/A, NaN, null, ? in any letters.
bool is_missing(std::string_view cell);

/// Blanks around it do not count. Infinite: written so, or beyond float32's 3.4e38.
Number read_number(std::string_view cell, bool decimal_comma);

/// "1,5" and "-0,25e3": a number to programs that write decimal commas.
bool has_decimal_comma(std::string_view cell);

/// "12,964.55", "1.234.567" and "1'234": a number to people who group thousands, and to no program.
bool groups_thousands(std::string_view cell);

/// A cell that names a class or a category: without blanks around it, and whole numbers without
/// the ".0" that programs add where other cells are empty.
std::string word_of(std::string_view cell, bool decimal_comma);

}  // namespace sslhost::table
