// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a user may say of a table.

#include <string>

namespace sslhost::table {

enum class Header { automatic, yes, no };

/// Columns are named, or numbered from 1. Several: with commas between them.
struct TableOptions {
  std::string label_column = {}, id_column = {};  ///< empty: chosen (plan.hpp)
  std::string ignore_columns = {}, category_columns = {};
  Header header = Header::automatic;
};

}  // namespace sslhost::table
