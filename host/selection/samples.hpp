// SPDX-License-Identifier: Apache-2.0
#pragma once

// Samples as rows of numbers, for those that compare all with all: no label is among them, so that
// none can have a say.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <span>
#include <vector>

namespace sslhost::host {

/// [count, width] float32, row by row.
struct Matrix {
  int64_t count = 0, width = 0;
  std::vector<float> values = {};

  Matrix() = default;
  Matrix(int64_t rows, int64_t columns)
      : count(rows), width(columns), values(static_cast<size_t>(rows * columns)) {}
  const float* row(int64_t i) const { return &values[static_cast<size_t>(i * width)]; }
  float* row(int64_t i) { return &values[static_cast<size_t>(i * width)]; }
};

/// Those rows, one after the other.
inline Matrix rows_of(const Matrix& samples, std::span<const int64_t> rows) {
  Matrix some(std::ssize(rows), samples.width);
  for (size_t i = 0; i < rows.size(); ++i)
    std::copy_n(samples.row(rows[i]), samples.width, some.row(static_cast<int64_t>(i)));
  return some;
}

/// Rows that need not be in memory all at once.
struct RowSource {
  int64_t count = 0, width = 0;
  /// Writes `rows`, each from 0 to count - 1, one after the other. May be called from several
  /// threads.
  std::function<void(std::span<const int64_t> rows, float* to)> read;
};

/// Calls body(begin, end) for shares of 0 to count - 1 that together are all, perhaps at once on
/// several threads. Nothing here depends on what the shares are: every sum has an order of its own.
using ShareOut = std::function<void(int64_t count, const std::function<void(int64_t, int64_t)>&)>;

/// All in one share, on the calling thread.
inline void in_one_share(int64_t count, const std::function<void(int64_t, int64_t)>& body) {
  if (count > 0) body(0, count);
}

}  // namespace sslhost::host
