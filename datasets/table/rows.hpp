// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rows of a table, as far as they can be read before all of them are: numbers, and numbers that
// stand for words.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "datasets/table/plan.hpp"
#include "datasets/table/schema.hpp"
#include "datasets/table/table_file.hpp"
#include "datasets/table/words.hpp"

namespace sslhost::table {

inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
inline constexpr float kUnknownCategory = std::numeric_limits<float>::infinity();

struct Rows {
  /// Rows × features: a number, or the place of a category among those of its column; kMissing,
  /// kUnknownCategory.
  std::vector<float> cells;
  std::vector<int64_t> lines;   ///< where each begins, from 1
  std::vector<int64_t> labels;  ///< among label_words; -1: none. As many as lines
  Words label_words;
  std::vector<std::string> names;       ///< empty: there are none
  std::vector<int64_t> missing_values;  ///< of each feature
  std::vector<int64_t> unknown;         ///< of each feature, categories that training has not seen

  int64_t size() const { return static_cast<int64_t>(lines.size()); }
  bool has_label(size_t row) const { return labels[row] >= 0; }
};

/// What a table for training is, and what stands in it.
struct Learned {
  Schema schema;
  Rows rows;
  std::vector<std::string> left_out;  ///< columns without any value
  std::vector<std::string> warnings;
};

/// Both throw Error (data), with line and column, for what is no value of its column.
Learned learn(TableFile& table, const Plan& plan, const TableOptions& options);
/// Columns are those of the schema.
Rows read_rows(TableFile& table, const Plan& plan, const Schema& schema,
               std::vector<std::string>& warnings);

}  // namespace sslhost::table
