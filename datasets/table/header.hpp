// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a table's first row names its columns.

#include <string>
#include <string_view>
#include <vector>

namespace sslhost::table {

/// Names of columns for labels, in the order in which they count.
inline constexpr std::string_view kLabelNames[] = {"label", "class", "target", "y"};
/// Of columns for the samples' names.
inline constexpr std::string_view kIdNames[] = {"id", "name", "path", "filename"};

/// `rows`: the first ones. It does where a column has numbers below a word, where it has one of the
/// names above, or where nothing in it occurs again below; and where it has no numbers but whole
/// ones, such as a numbering of columns.
bool is_header(const std::vector<std::vector<std::string>>& rows, bool decimal_comma);

}  // namespace sslhost::table
