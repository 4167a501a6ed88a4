// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows of arrays, with a number where there is none.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "datasets/table/npy.hpp"

namespace sslhost::table {

/// Those rows: the array's own memory where they are all of it.
std::shared_ptr<const float> rows_of(const Array& array, const std::vector<size_t>& rows);

/// Puts the mean of the training array's column where a value is NaN.
class Filler {
 public:
  /// Completes the first array, too. `fill`: the means, where they are known; for prediction none
  /// are computed. Throws Error (data) for infinite values, and for NaN where no mean is known.
  Filler(Array& train, const std::vector<float>* fill, bool for_prediction);

  void complete(Array& array);
  int64_t filled() const { return filled_; }  ///< values
  /// For the model; empty where training needed none.
  std::string knowledge() const;

 private:
  std::vector<float> fill_;
  bool may_learn_;
  int64_t filled_ = 0;
};

}  // namespace sslhost::table
