// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether what was read as labels can be some.

#include "datasets/table/plan.hpp"
#include "datasets/table/rows.hpp"
#include "datasets/table/table_file.hpp"

namespace sslhost::table {

/// Throws Error (data) where a training table has no labels, one class, or more than anyone means:
/// of a column that nobody asked for, 64 numbers, or words of which most come once.
void check_labels(const TableFile& table, const Plan& plan, const Rows& rows);

}  // namespace sslhost::table
