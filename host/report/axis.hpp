// SPDX-License-Identifier: Apache-2.0
#pragma once

// One axis of a chart: a range with round ends, its ticks, and where a value lies on it.

#include <vector>

namespace sslhost::host {

class Axis {
 public:
  /// Whether a value can have a place: finite (below 1e300), and positive on a logarithmic axis.
  static bool can_show(double value, bool logarithmic);
  /// Spans at least [low, high], which it can show and are in this order; ends are multiples of the
  /// tick step, which is 1, 2 or 5 times a power of ten.
  static Axis linear(double low, double high, int about_ticks);
  /// The same with ticks at powers of ten, and at 2 and 5 times them when there are few.
  static Axis logarithmic(double low, double high);

  const std::vector<double>& ticks() const { return ticks_; }
  bool is_logarithmic() const { return logarithmic_; }
  /// 0 at the low end, 1 at the high end.
  double place(double value) const;

 private:
  double low_ = 0, high_ = 1;  // of the logarithm, on a logarithmic axis
  bool logarithmic_ = false;
  std::vector<double> ticks_;
};

}  // namespace sslhost::host
