// SPDX-License-Identifier: Apache-2.0
#pragma once

// What several runs of an experiment say together. Two experiments whose runs share their seeds,
// and so their labels, are compared in pairs: by the differences of one measure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sslhost::host {

struct Interval {
  double low = 0, high = 0;
};

struct Summary {
  std::int64_t count = 0;
  double median = 0;  ///< of an even number of values: the mean of the two in the middle
  double mean = 0;
  /// Of one value there are neither.
  std::optional<double> standard_deviation;  ///< of a sample: divided by count - 1
  std::optional<Interval> interval;          ///< of the mean: Student's t, 95 %, two-sided
  std::int64_t wins = 0;  ///< values above 0; of differences, the pairs that the first one won
};

/// Of one value at least, all of them finite; throws Error (bug) otherwise.
Summary summarize(std::span<const double> values);

/// How probable a mean as low as that of `values` is, were the true one `bound`, or higher:
/// Student's t test, one-sided. Nothing for one value.
std::optional<double> p_below(std::span<const double> values, double bound);

/// 95 % of Student's t distribution lie between minus this and this.
double student_t95(std::int64_t degrees_of_freedom);

/// Of a fraction `hits` of `count` > 0 that were drawn independently: 95 %, two-sided (E. Wilson,
/// "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927). Never
/// outside [0,1], and of some width where all are hits or none is.
Interval fraction_interval(std::int64_t hits, std::int64_t count);

/// What an error says that was measured on few samples: "0 of 13; 95 % interval 0.0 to 22.8 %".
/// Empty for 2,000 samples and more, of which two decimals say enough, and for none.
std::string error_of_few(std::int64_t wrong, std::int64_t samples);

}  // namespace sslhost::host
