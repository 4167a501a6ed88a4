// SPDX-License-Identifier: Apache-2.0
#include "host/report/axis.hpp"

#include <algorithm>
#include <cmath>

namespace sslhost::host {

namespace {

// Outside of these, or closer together, a tick plus the step may round to the tick itself, and a
// loop over ticks would not end.
constexpr double kSmallest = 1e-300, kLargest = 1e300, kSameValue = 1e-9;

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1., 2., 5.})
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace

Axis Axis::linear(double low, double high, int about_ticks) {
  const double size = std::max(std::abs(low), std::abs(high));
  if (size < kSmallest || high - low < size * kSameValue) {  // a constant is drawn in the middle
    const double margin = size < kSmallest ? 1 : size / 2;
    low -= margin;
    high += margin;
  }
  const double step = round_step((high - low) / about_ticks);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  Axis axis;
  axis.low_ = first * step;
  axis.high_ = last * step;
  for (double i = first; i <= last; ++i) axis.ticks_.push_back(i * step);
  return axis;
}

Axis Axis::logarithmic(double low, double high) {
  Axis axis;
  axis.logarithmic_ = true;
  const int first = static_cast<int>(std::floor(std::log10(low) + 1e-9));
  const int last = std::max(first + 1, static_cast<int>(std::ceil(std::log10(high) - 1e-9)));
  axis.low_ = first;
  axis.high_ = last;
  const int every = std::max(1, (last - first) / 6);  // at most a dozen labels
  for (int exponent = first; exponent <= last; exponent += every) {
    axis.ticks_.push_back(std::pow(10, exponent));
    if (last - first > 2 || exponent == last) continue;
    for (const double factor : {2., 5.}) axis.ticks_.push_back(factor * std::pow(10, exponent));
  }
  return axis;
}

bool Axis::can_show(double value, bool logarithmic) {
  return std::abs(value) < kLargest && (!logarithmic || value > 0);  // false for NaN
}

double Axis::place(double value) const {
  return ((logarithmic_ ? std::log10(value) : value) - low_) / (high_ - low_);
}

}  // namespace sslhost::host
