// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which byte stands between the cells of a table.

#include <string_view>

namespace sslhost::table {

/// Tab, semicolon or comma, by the first lines of a file: the one that all lines have equally
/// often. Of a semicolon and a comma it is the semicolon where the comma stands in numbers.
char separator_of(std::string_view begin);

}  // namespace sslhost::table
