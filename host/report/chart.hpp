// SPDX-License-Identifier: Apache-2.0
#pragma once

// Line charts as inline SVG, colored by the page's style sheet (classes s0 to s5), so that they
// follow light and dark.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/run/metrics.hpp"

namespace sslhost::host {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>>
      points;  ///< x ascending; a value that the axis cannot show leaves a gap
  std::vector<std::pair<double, double>> single = {};  ///< shown each by itself, as a dot
};

struct Chart {
  std::string title;
  std::vector<Series> series;  ///< at most kMaxSeries
  bool log_scale = false;
  std::string across = "iteration";  ///< what x counts
  bool log_across = false;
};

inline constexpr std::size_t kMaxSeries = 6;

/// The metrics by subject, the last word of their names (test_error and validation_error are
/// errors; learning rates are one of their own), one chart each, errors first, else in the order in
/// which they were logged; names that several phases use become a series a phase. Values that are
/// positive and span two decades or more get a logarithmic axis.
std::vector<Chart> charts_of(const std::vector<MetricsRow>& rows);

bool is_of_errors(const Chart& chart);

/// The drawing alone, as an <svg> of kChartWidth by kChartHeight; empty when no point can be shown.
std::string draw_chart(const Chart& chart);
inline constexpr int kChartWidth = 560, kChartHeight = 270;

/// One <figure> with drawing and legend; empty when no point can be shown.
std::string render_chart(const Chart& chart);

}  // namespace sslhost::host
