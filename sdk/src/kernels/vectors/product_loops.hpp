// SPDX-License-Identifier: Apache-2.0
#pragma once

// Products of matrices. Whoever includes this has defined kLanes and a block of c that stays in
// registers: kRows rows of kWide vectors.

#include "sdk/src/kernels/vectors/vector.hpp"

namespace sslhost::vectors {

namespace {

constexpr int64_t pieces(int64_t size, int64_t most) { return (size + most - 1) / most; }

/// Rows × (kLanes · Wide) of a product, of which the last vector may be cut.
template <int Rows, int Wide>
void multiply_block(const Product& p, int64_t row, int64_t column) {
  const Mask last = first_lanes(p.columns - column - (Wide - 1) * kLanes);
  Vector sums[Rows][Wide] = {};
  float* c = p.c + row * p.c_row + column;
  if (p.add || p.bias) {
    const float* from = p.add ? c : p.bias + column;
    const int64_t step = p.add ? p.c_row : 0;
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 3
      for (int j = 0; j < Wide; ++j)
        sums[i][j] = load(from + i * step + j * kLanes, j + 1 < Wide ? kAll : last);
  }
  const float *a = p.a + row * p.a_row, *b = p.b + column;
  for (int64_t s = 0; s < p.steps; ++s, a += p.a_step, b += p.b_step) {
    Vector right[Wide];
#pragma GCC unroll 3
    for (int j = 0; j < Wide; ++j) right[j] = load(b + j * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const float factor = a[i * p.a_row];
#pragma GCC unroll 3
      for (int j = 0; j < Wide; ++j) sums[i][j] += factor * right[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < Wide; ++j)
      store(c + i * p.c_row + j * kLanes, sums[i][j], j + 1 < Wide ? kAll : last);
}

/// The block for a number of rows that is known only now.
template <int Wide, int Rows = kRows>
void multiply_rows(const Product& p, int64_t rows, int64_t row, int64_t column) {
  if constexpr (Rows > 0) {
    if (rows == Rows)
      multiply_block<Rows, Wide>(p, row, column);
    else
      multiply_rows<Wide, Rows - 1>(p, rows, row, column);
  }
}

/// A block of kLanes × kLanes on its diagonal: neighbors change places, then pairs, fours, eights.
void transpose(const float* from, int64_t row, float* to, int64_t to_row) {
  Vector v[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) v[i] = load(from + i * row);
#pragma GCC unroll 4
  for (int size = 1; size < kLanes; size *= 2) {
    Lanes upper, lower;
#pragma GCC unroll 16
    for (int lane = 0; lane < kLanes; ++lane) {
      upper[lane] = lane & size ? lane - size + kLanes : lane;
      lower[lane] = lane & size ? lane + kLanes : lane + size;
    }
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      if (i & size) continue;
      const Vector a = v[i], b = v[i + size];
      v[i] = __builtin_shuffle(a, b, upper);
      v[i + size] = __builtin_shuffle(a, b, lower);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) store(to + i * to_row, v[i]);
}

/// Rows outside: a block of a whose rows are columns of a matrix lies in many pages, and is read
/// for all of b while they are at hand.
void multiply(const Product& p) {
  const auto vectors = pieces(p.columns, kLanes), stripes = pieces(vectors, kWide),
             blocks = pieces(p.rows, kRows);
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t row = block * p.rows / blocks, rows = (block + 1) * p.rows / blocks - row;
    for (int64_t stripe = 0; stripe < stripes; ++stripe) {
      const int64_t first = stripe * vectors / stripes,
                    wide = (stripe + 1) * vectors / stripes - first;
      if (wide == 3)
        multiply_rows<3>(p, rows, row, first * kLanes);
      else if (wide == 2)
        multiply_rows<2>(p, rows, row, first * kLanes);
      else
        multiply_rows<1>(p, rows, row, first * kLanes);
    }
  }
}

void pack(const float* from, int64_t column, int64_t step, int64_t columns, int64_t steps,
          float* to, int64_t to_step) {
  for (int64_t c = 0; c < columns; c += kLanes) {
    const int64_t lanes = columns - c < kLanes ? columns - c : kLanes;
    const float* begin = from + c * column;
    int64_t s = 0;
    if (lanes == kLanes && column == 1)
      for (; s < steps; ++s) store(to + s * to_step + c, load(begin + s * step));
    else if (lanes == kLanes)
      for (; s + kLanes <= steps; s += kLanes)
        transpose(begin + s, column, to + s * to_step + c, to_step);
    for (; s < steps; ++s) {
      float* row = to + s * to_step + c;
      for (int64_t lane = 0; lane < kLanes; ++lane)
        row[lane] = lane < lanes ? begin[lane * column + s * step] : 0;
    }
  }
}

}  // namespace
}  // namespace sslhost::vectors
