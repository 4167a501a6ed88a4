// SPDX-License-Identifier: Apache-2.0
#include "host/run/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <boost/math/distributions/students_t.hpp>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

// Sums have more digits than values, so that rounding does not show in what is printed.
using Sum = long double;

double median_of(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  if (values.size() % 2 == 1) return *half;
  return (*std::max_element(values.begin(), half) + *half) / 2;
}

double mean_of(std::span<const double> values) {
  Sum sum = 0;
  for (const double value : values) sum += value;
  return static_cast<double>(sum / static_cast<Sum>(values.size()));
}

double deviation_of(std::span<const double> values, double mean) {
  Sum squares = 0;
  for (const double value : values) squares += (Sum{value} - mean) * (Sum{value} - mean);
  return static_cast<double>(std::sqrt(squares / static_cast<Sum>(values.size() - 1)));
}

}  // namespace

Summary summarize(std::span<const double> values) {
  if (values.empty() ||
      !std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
    throw Error(ExitCode::bug, {"statistics", "finite values, one at least", "others"});
  const auto count = static_cast<std::int64_t>(values.size());
  Summary summary = {
      .count = count,
      .median = median_of({values.begin(), values.end()}),
      .mean = mean_of(values),
      .standard_deviation = {},
      .interval = {},
      .wins = std::count_if(values.begin(), values.end(), [](double value) { return value > 0; })};
  if (count == 1) return summary;
  const double deviation = deviation_of(values, summary.mean);
  const double half = student_t95(count - 1) * deviation / std::sqrt(static_cast<double>(count));
  summary.standard_deviation = deviation;
  summary.interval = Interval{summary.mean - half, summary.mean + half};
  return summary;
}

std::optional<double> p_below(std::span<const double> values, double bound) {
  const auto summary = summarize(values);
  if (!summary.standard_deviation) return std::nullopt;
  const double error = *summary.standard_deviation / std::sqrt(static_cast<double>(summary.count));
  if (error == 0) return summary.mean < bound ? 0 : 1;
  const boost::math::students_t distribution(static_cast<double>(summary.count - 1));
  return boost::math::cdf(distribution, (summary.mean - bound) / error);
}

double student_t95(std::int64_t degrees_of_freedom) {
  constexpr double kUpperTail = 0.025;
  const boost::math::students_t distribution(static_cast<double>(degrees_of_freedom));
  return boost::math::quantile(boost::math::complement(distribution, kUpperTail));
}

Interval fraction_interval(std::int64_t hits, std::int64_t count) {
  if (count < 1 || hits < 0 || hits > count)
    throw Error(ExitCode::bug, {"statistics", "a fraction of one sample at least", "another"});
  constexpr double kNormal = 1.959963984540054;  // 97.5 % of the normal distribution are below
  const auto n = static_cast<double>(count);
  const double p = static_cast<double>(hits) / n, z2 = kNormal * kNormal / n;
  const double center = (p + z2 / 2) / (1 + z2);
  const double half = kNormal / (1 + z2) * std::sqrt((p * (1 - p) + z2 / 4) / n);
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

std::string error_of_few(std::int64_t wrong, std::int64_t samples) {
  constexpr std::int64_t kMany = 2000;
  if (samples < 1 || samples >= kMany) return "";
  const auto [low, high] = fraction_interval(wrong, samples);
  char interval[64];
  std::snprintf(interval, sizeof interval, "; 95 %% interval %.1f to %.1f %%", 100 * low,
                100 * high);
  return std::to_string(wrong) + " of " + std::to_string(samples) + interval;
}

}  // namespace sslhost::host
