// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a table for training has told: which column means what. All others are read by it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sslhost::table {

enum class Kind { undecided, number, category };

/// A column that methods see: itself, or a feature for each category.
struct Feature {
  std::string name;
  Kind kind = Kind::undecided;
  size_t column = 0;  ///< in the training table, from 0
  float fill = 0;     ///< a number where there is none: the column's mean
  std::vector<std::string> categories = {};
  bool has_missing = false;  ///< of categories: one more feature, "missing"

  int64_t width() const {
    return kind == Kind::number ? 1 : static_cast<int64_t>(categories.size()) + has_missing;
  }
};

struct Schema {
  bool has_header = false;
  size_t columns = 0;       ///< of the training table
  std::string label, id;    ///< names; id empty: there is none
  size_t label_column = 0;  ///< in the training table, from 0, as the next
  std::optional<size_t> id_column = std::nullopt;
  std::vector<Feature> features;
  std::vector<std::string> left_out;  ///< columns that were there and are not looked at

  /// Features of a sample.
  int64_t width() const {
    int64_t all = 0;
    for (const auto& feature : features) all += feature.width();
    return all;
  }
};

/// "column 3", as a column is called that has no name.
inline std::string numbered(size_t column) { return "column " + std::to_string(column + 1); }

}  // namespace sslhost::table
