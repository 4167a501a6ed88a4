// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/array_values.hpp"

#include <cmath>

#include "sslhost/error.hpp"

#include "datasets/table/content.hpp"
#include "datasets/table/knowledge.hpp"

namespace sslhost::table {

namespace {

/// How many are NaN. Throws for infinite ones.
int64_t missing_values(const Array& array) {
  const auto width = array.width();
  const float* value = array.values.get();
  int64_t missing = 0;
  for (int64_t i = 0; i < array.rows * width; ++i, ++value) {
    missing += std::isnan(*value);
    if (std::isinf(*value))
      throw Error(ExitCode::data, {array.name + ", row " + std::to_string(i / width + 1) +
                                       ", column " + std::to_string(i % width + 1),
                                   "a finite number of 3.4e38 at most", "a larger one",
                                   "correct it, or write NaN where it is not known"});
  }
  return missing;
}

/// 0 where a column has no number at all.
std::vector<float> means(const Array& array) {
  const auto width = static_cast<size_t>(array.width());
  std::vector<double> sums(width), counts(width);
  const float* value = array.values.get();
  for (int64_t row = 0; row < array.rows; ++row)
    for (size_t i = 0; i < width; ++i, ++value) {
      if (std::isnan(*value)) continue;
      sums[i] += *value;
      ++counts[i];
    }
  std::vector<float> means(width);
  for (size_t i = 0; i < width; ++i)
    means[i] = counts[i] > 0 ? static_cast<float>(sums[i] / counts[i]) : 0;
  return means;
}

}  // namespace

std::shared_ptr<const float> rows_of(const Array& array, const std::vector<size_t>& rows) {
  if (static_cast<int64_t>(rows.size()) == array.rows) return array.values;
  const auto width = static_cast<size_t>(array.width());
  std::vector<float> values;
  values.reserve(rows.size() * width);
  for (const auto row : rows) {
    const float* const begin = array.values.get() + row * width;
    values.insert(values.end(), begin, begin + width);
  }
  return owned(std::move(values));
}

void Filler::learn(const Array& train) {
  if (missing_values(train) > 0) fill_ = means(train);
}

void Filler::complete(Array& array) {
  const auto missing = missing_values(array);
  if (missing == 0) return;
  const auto width = static_cast<size_t>(array.width());
  if (fill_.size() != width)
    throw Error(ExitCode::data, {array.name, "numbers, as in the training part",
                                 std::to_string(missing) + " NaN, for which training gave no mean",
                                 "put numbers in their place"});
  std::vector<float> values(array.values.get(),
                            array.values.get() + static_cast<size_t>(array.rows) * width);
  for (size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) values[i] = fill_[i % width];
  array.values = owned(std::move(values));
  filled_ += missing;
}

std::string Filler::knowledge() const { return fill_.empty() ? "" : knowledge_of(fill_); }

}  // namespace sslhost::table
