// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is said of tables before anything is done with them.

#include <string>
#include <vector>

#include "datasets/table/plan.hpp"
#include "datasets/table/rows.hpp"
#include "datasets/table/table_file.hpp"

namespace sslhost::table {

/// Which column is the label, how many rows and features, what is left out, what is missing.
std::vector<std::string> said_of_training(const TableFile& table, const Plan& plan,
                                          const Learned& learned);

/// These two are empty where there is nothing to say.
std::string said_of_missing(const Schema& schema, const Rows& rows, const std::string& table);
/// Of columns that training has not seen.
std::string said_of_others(const TableFile& table, const Plan& plan);

}  // namespace sslhost::table
