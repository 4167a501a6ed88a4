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

/// Behind semicolons numbers have commas or points. Both in one column are a decimal mark and one
/// between thousands, of which "1.234" does not tell which it is.
class DecimalMarks {
 public:
  explicit DecimalMarks(size_t features) : first_(features) {}
  /// Of a cell that is a number. Throws Error (data) where its column had the other mark.
  void see(const TableFile& table, const FeatureCell& cell);

 private:
  struct Lines {
    int64_t comma = 0, point = 0;  ///< the first with that mark; 0: none
  };
  std::vector<Lines> first_;  ///< by feature
};

/// Throws Error for a cell that is no number; `why`: what says that there should be one.
[[noreturn]] void fail_no_number(const TableFile& table, const FeatureCell& cell,
                                 const std::string& why);
[[noreturn]] void fail_infinite(const TableFile& table, const FeatureCell& cell);

}  // namespace sslhost::table
