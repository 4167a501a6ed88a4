// SPDX-License-Identifier: Apache-2.0
#include "host/selection/principal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sslhost/training/integers.hpp"

#include "host/selection/wide.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kFittedTo = 2048;  // rows that the basis is found from
constexpr int64_t kRounds = 6;       // of the iteration; the last ones turn it by a hundredth
constexpr int64_t kSlab = 256;       // rows read at a time

/// to[j] += sum over i of x[i] · basis[i][j], i rising.
SSLHOST_SELECTION_WIDE
void add_product(const float* x, const float* basis, int64_t inner, int64_t width,
                 float* __restrict to) {
  for (int64_t i = 0; i < inner; ++i) {
    const float factor = x[i];
    const float* const row = basis + i * width;
    for (int64_t j = 0; j < width; ++j) to[j] += factor * row[j];
  }
}

/// to[j] += factor · from[j].
SSLHOST_SELECTION_WIDE
void add_scaled(float factor, const float* from, int64_t width, float* __restrict to) {
  for (int64_t j = 0; j < width; ++j) to[j] += factor * from[j];
}

/// x · basis: [n,D] · [D,d] -> [n,d].
Matrix product(const Matrix& x, const Matrix& basis, const ShareOut& share_out) {
  Matrix result(x.count, basis.width);
  share_out(x.count, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i)
      add_product(x.row(i), basis.row(0), x.width, basis.width, result.row(i));
  });
  return result;
}

/// xᵀ · y: [n,D]ᵀ · [n,d] -> [D,d]. A share has rows of the result, each summed over n rising.
Matrix product_transposed(const Matrix& x, const Matrix& y, const ShareOut& share_out) {
  Matrix result(x.width, y.width);
  share_out(x.width, [&](int64_t begin, int64_t end) {
    for (int64_t i = 0; i < x.count; ++i)
      for (auto column = begin; column < end; ++column)
        add_scaled(x.row(i)[column], y.row(i), y.width, result.row(column));
  });
  return result;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Columns made orthonormal by Gram and Schmidt, twice for their rounding. A column that the
/// earlier ones span is left out, as a zero.
void make_orthonormal(Matrix& basis) {
  std::vector<std::vector<double>> columns;
  for (int64_t j = 0; j < basis.width; ++j) {
    std::vector<double> column(static_cast<size_t>(basis.count));
    for (int64_t i = 0; i < basis.count; ++i) column[static_cast<size_t>(i)] = basis.row(i)[j];
    const double before = std::sqrt(dot(column, column));
    for (int round = 0; round < 2; ++round)
      for (const auto& other : columns) {
        const double along = dot(column, other);
        for (size_t i = 0; i < column.size(); ++i) column[i] -= along * other[i];
      }
    const double length = std::sqrt(dot(column, column));
    const bool is_new = length > 1e-6 * before;
    for (int64_t i = 0; i < basis.count; ++i) {
      auto& value = column[static_cast<size_t>(i)];
      value = is_new ? value / length : 0;
      basis.row(i)[j] = static_cast<float>(value);
    }
    if (is_new) columns.push_back(std::move(column));
  }
}

/// [D,most]: any start will do that has a part in every direction.
Matrix random_basis(int64_t width, int64_t most) {
  random::Integers draws(random::name_key("principal"));
  Matrix basis(width, most);
  for (auto& value : basis.values) value = static_cast<float>(draws.unit() - 0.5);
  return basis;
}

/// Evenly spaced rows without their mean.
Matrix centered_sample(const RowSource& source) {
  const auto count = std::min(source.count, kFittedTo);
  std::vector<int64_t> rows(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) rows[static_cast<size_t>(i)] = i * source.count / count;
  Matrix sample(count, source.width);
  source.read(rows, sample.row(0));
  std::vector<double> mean(static_cast<size_t>(source.width));
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < source.width; ++j) mean[static_cast<size_t>(j)] += sample.row(i)[j];
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < source.width; ++j)
      sample.row(i)[j] -=
          static_cast<float>(mean[static_cast<size_t>(j)] / static_cast<double>(count));
  return sample;
}

Matrix all_rows(const RowSource& source) {
  Matrix all(source.count, source.width);
  std::vector<int64_t> rows(static_cast<size_t>(source.count));
  std::iota(rows.begin(), rows.end(), 0);
  if (source.count > 0) source.read(rows, all.row(0));
  return all;
}

}  // namespace

Matrix principal_coordinates(const RowSource& source, const ShareOut& share_out, int64_t most) {
  if (source.width <= most) return all_rows(source);
  const auto sample = centered_sample(source);
  auto basis = random_basis(source.width, most);
  for (int64_t round = 0; round < kRounds; ++round) {
    basis = product_transposed(sample, product(sample, basis, share_out), share_out);
    make_orthonormal(basis);
  }
  Matrix coordinates(source.count, most);
  share_out(source.count, [&](int64_t begin, int64_t end) {
    std::vector<int64_t> rows;
    std::vector<float> slab(static_cast<size_t>(kSlab * source.width));
    for (auto first = begin; first < end; first += kSlab) {
      rows.resize(static_cast<size_t>(std::min(kSlab, end - first)));
      std::iota(rows.begin(), rows.end(), first);
      source.read(rows, slab.data());
      for (size_t i = 0; i < rows.size(); ++i)
        add_product(&slab[i * static_cast<size_t>(source.width)], basis.row(0), source.width, most,
                    coordinates.row(rows[i]));
    }
  });
  return coordinates;
}

}  // namespace sslhost::host
