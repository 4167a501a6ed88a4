// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows as the features that methods see.

#include <cstddef>
#include <string>
#include <vector>

#include "datasets/table/content.hpp"
#include "datasets/table/rows.hpp"
#include "datasets/table/schema.hpp"

namespace sslhost::table {

/// Those rows, without labels. Numbers that are missing become the fill; a category becomes 1 in
/// its feature and 0 in those of all others of its column.
Part encoded(const Schema& schema, const Rows& rows, const std::vector<size_t>& chosen);

/// What is to be said of values that the training table has not: one line, or none.
std::string said_of_unknown(const Schema& schema, const Rows& rows, const std::string& table);

}  // namespace sslhost::table
