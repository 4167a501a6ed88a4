// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows of arrays, with a number where there is none.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "datasets/table/npy.hpp"

namespace sslhost::table {

/// Those rows: the array's own memory where they are all of it.
std::shared_ptr<const float> rows_of(const Array& array, const std::vector<size_t>& rows);

/// Puts the mean of the training array's column where a value is NaN.
class Filler {
 public:
  /// `fill`: the means, where they are known.
  explicit Filler(std::vector<float> fill) : fill_(std::move(fill)) {}

  /// Takes the means of the training array, where it has NaN.
  void learn(const Array& train);
  /// Throws Error (data) for infinite values, and for NaN where no mean is known.
  void complete(Array& array);
  int64_t filled() const { return filled_; }  ///< values
  /// For the model; empty where training needed none.
  std::string knowledge() const;

 private:
  std::vector<float> fill_;
  int64_t filled_ = 0;
};

}  // namespace sslhost::table
