// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each column of a table is read as.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "datasets/table/schema.hpp"
#include "datasets/table/table_file.hpp"

namespace sslhost::table {

struct Plan {
  enum class Use { nothing, feature, label, id };
  struct Column {
    Use use = Use::nothing;
    size_t feature = 0;  ///< its position among the features
  };
  std::vector<Column> columns;  ///< of the table, from left to right
  std::optional<size_t> label, id;
  std::string label_because;  ///< "the last one"; empty where it was asked for
  bool id_asked = false;
  std::vector<size_t> not_looked_at;  ///< that training has not seen either
};

/// For training. The label's column is the one that is asked for; else that called label, class,
/// target or y; else the last one. The last one, and y, must look like labels: words, or whole
/// numbers. The id's is the one asked for; else that called id, name, path or filename, or the
/// first one where it has no name. Throws Error: usage for a column that is not there, data where
/// no column has labels.
Plan plan_to_learn(const TableFile& table, const TableOptions& options);

/// The columns of category_columns.
std::vector<size_t> category_columns(const TableFile& table, const TableOptions& options);

/// For other tables than that for training: columns by their names, or by their places where that
/// had no header. Throws Error (data) naming the columns that are not there.
Plan plan_to_read(const TableFile& table, const Schema& schema);

}  // namespace sslhost::table
