// SPDX-License-Identifier: Apache-2.0
#pragma once

// Matrix products in float32 on one thread.

#include <cstdint>

namespace sslhost::avx512 {

/// Floats in a vector.
constexpr int kLanes = 16;
/// In whole vectors. Static: see vector.hpp about inline functions.
static constexpr int64_t padded(int64_t columns) {
  return (columns + kLanes - 1) / kLanes * kLanes;
}

/// c[row][column] = Σ_s a[row * a_row + s * a_step] · b[s * b_step + column] (+ bias[column]), or
/// with `add` a sum onto c; rows of c are `c_row` apart. The sum runs over the steps in their
/// order, so however a product is cut into rows and columns, its bits are the same.
/// b is read in whole vectors: each of its rows has columns up to the next multiple of 16.
struct Product {
  const float* a;
  int64_t a_row, a_step;
  const float* b;
  int64_t b_step;
  float* c;
  int64_t c_row, rows, columns, steps;
  const float* bias = nullptr;
  bool add = false;
};
void multiply(const Product& product);

/// What a call of multiply() has at hand of b, a stripe of columns for a run of steps, best stays
/// in a core's caches: 96 KiB.
constexpr int64_t kStripe = 48, kRun = 512;
/// Columns and steps of a matrix, `column` and `step` apart of which one is 1, as rows of columns
/// `to_step` apart. Columns up to the next multiple of 16 become 0.
void pack(const float* from, int64_t column, int64_t step, int64_t columns, int64_t steps,
          float* to, int64_t to_step);

}  // namespace sslhost::avx512
