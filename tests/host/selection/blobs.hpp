// SPDX-License-Identifier: Apache-2.0
#pragma once

// Points in groups that nobody could mistake, and shares of them for several threads.

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#include "sslhost/training/integers.hpp"

#include "host/selection/samples.hpp"

namespace sslhost::host {

inline Matrix matrix_of(const std::vector<std::vector<float>>& rows) {
  Matrix matrix(std::ssize(rows), rows.empty() ? 0 : std::ssize(rows.front()));
  for (size_t i = 0; i < rows.size(); ++i)
    std::ranges::copy(rows[i], matrix.row(static_cast<int64_t>(i)));
  return matrix;
}

/// Sample i belongs to blob i % blobs, whose middle is 10 away from the others' and whose samples
/// lie within 1 of it.
inline Matrix blobs_of(int64_t count, int64_t blobs, int64_t width, uint64_t seed = 0) {
  random::Integers draws(random::mix(seed, 1));
  Matrix points(count, width);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < width; ++j) {
      const bool own = j == i % blobs;
      points.row(i)[j] = static_cast<float>((own ? 10 : 0) + (draws.unit() - 0.5));
    }
  return points;
}

inline RowSource source_of(const Matrix& matrix) {
  return {.count = matrix.count,
          .width = matrix.width,
          .read = [&matrix](std::span<const int64_t> rows, float* to) {
            for (const auto row : rows) to = std::copy_n(matrix.row(row), matrix.width, to);
          }};
}

/// Three uneven shares at once, the last first.
inline void in_three_threads(int64_t count, const std::function<void(int64_t, int64_t)>& body) {
  const auto first = count / 7, second = count / 2;
  std::thread last([&] { body(second, count); }), middle([&] { body(first, second); });
  body(0, first);
  last.join();
  middle.join();
}

}  // namespace sslhost::host
