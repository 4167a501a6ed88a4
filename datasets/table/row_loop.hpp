// SPDX-License-Identifier: Apache-2.0
#pragma once

// What reading for training and by a schema have in common: everything but the features.

#include <string>
#include <string_view>
#include <vector>

#include "datasets/table/rows.hpp"

namespace sslhost::table {

/// A cell in the features' column `column` of the row at hand.
struct FeatureCell {
  size_t feature, column;
  std::string_view text;
};

class FeatureReader {
 public:
  virtual ~FeatureReader() = default;
  virtual float read(const FeatureCell& cell) = 0;
};

/// All rows of the table, of so many features. Names that are missing or come twice are
/// refused where they were asked for, and left out with a warning where not.
Rows read_all(TableFile& table, const Plan& plan, size_t features, FeatureReader& reader,
              std::vector<std::string>& warnings);

/// Throws Error for a cell that is no number; `why`: what says that there should be one.
[[noreturn]] void fail_no_number(const TableFile& table, const FeatureCell& cell,
                                 const std::string& why);
[[noreturn]] void fail_infinite(const TableFile& table, const FeatureCell& cell);

}  // namespace sslhost::table
