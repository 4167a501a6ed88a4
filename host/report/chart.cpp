// SPDX-License-Identifier: Apache-2.0
#include "host/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "host/report/axis.hpp"
#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

// Units of the view box; the page scales it.
constexpr double kWidth = kChartWidth, kHeight = kChartHeight;
constexpr double kLeft = 66, kRight = 20, kTop = 12, kBottom = 42;
constexpr double kPlotWidth = kWidth - kLeft - kRight, kPlotHeight = kHeight - kTop - kBottom;
constexpr int kXTicks = 6, kYTicks = 5;

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

/// Where iterations and values lie in the drawing.
struct PlotArea {
  Axis x, y;
  double across(double value) const { return kLeft + kPlotWidth * x.place(value); }
  double down(double value) const { return kTop + kPlotHeight * (1 - y.place(value)); }
};

std::string grid(const PlotArea& area, const std::string& across) {
  std::string svg;
  for (const double tick : area.y.ticks()) {
    const double y = area.down(tick);
    svg +=
        fmt::format(R"(<path class="grid" d="M{:.1f} {:.1f}H{:.1f}"/>)", kLeft, y, kWidth - kRight);
    svg += fmt::format(R"(<text class="ytick" x="{:.1f}" y="{:.1f}">{}</text>)", kLeft - 8, y + 4,
                       number(tick));
  }
  const double bottom = kHeight - kBottom;
  for (const double tick : area.x.ticks()) {
    const double x = area.across(tick);
    svg += fmt::format(R"(<path class="axis" d="M{:.1f} {:.1f}v4"/>)", x, bottom);
    svg += fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">{}</text>)", x, bottom + 18,
                       number(tick));
  }
  svg += fmt::format(R"(<path class="axis" d="M{:.1f} {:.1f}H{:.1f}"/>)", kLeft, bottom,
                     kWidth - kRight);
  return svg + fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">{}</text>)",
                           kLeft + kPlotWidth / 2, kHeight - 6, escape(across));
}

/// What is drawn of a series: in each column of one unit its lowest and highest value, so that a
/// long run gives a page of bounded size and no spike is lost. Unshown values are kept as gaps
/// (NaN).
std::vector<std::pair<double, double>> thinned(const Series& series, const PlotArea& area) {
  std::vector<std::pair<double, double>> kept;
  double column = -1;
  std::size_t first = 0;  // of the column, in `kept`
  for (const auto& point : series.points) {
    const double y = Axis::can_show(point.second, area.y.is_logarithmic()) ? area.down(point.second)
                                                                           : std::nan("");
    const double x = area.across(point.first);
    if (std::floor(x) != column || std::isnan(y) || std::isnan(kept.back().second)) {
      column = std::floor(x);
      first = kept.size();
      kept.emplace_back(x, y);
    } else if (kept.size() - first < 2) {
      kept.emplace_back(x, y);
    } else {
      auto& low = kept[first].second < kept[first + 1].second ? kept[first] : kept[first + 1];
      auto& high = &low == &kept[first] ? kept[first + 1] : kept[first];
      if (y < low.second) low.second = y;
      if (y > high.second) high.second = y;
    }
  }
  return kept;
}

std::string line(const Series& series, const PlotArea& area, std::size_t index) {
  const auto points = thinned(series, area);
  std::string path, dots;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [x, y] = points[i];
    if (std::isnan(y)) continue;
    const bool starts = i == 0 || std::isnan(points[i - 1].second);
    const bool ends = i + 1 == points.size() || std::isnan(points[i + 1].second);
    path += fmt::format("{}{:.1f} {:.1f}", starts ? 'M' : 'L', x, y);
    // A line through a single point cannot be seen.
    if (starts && ends)
      dots +=
          fmt::format(R"(<circle class="dot s{}" cx="{:.1f}" cy="{:.1f}" r="3"/>)", index, x, y);
  }
  return fmt::format(R"(<path class="line s{}" d="{}"/>)", index, path) + dots;
}

/// Those of several series at the same x stand beside each other.
std::string single_points(const Chart& chart, const PlotArea& area, std::size_t index) {
  constexpr double kApart = 6;
  const auto& series = chart.series[index];
  const double aside =
      kApart * (static_cast<double>(index) - static_cast<double>(chart.series.size() - 1) / 2);
  std::string svg;
  for (const auto& [x, y] : series.single)
    if (Axis::can_show(y, area.y.is_logarithmic()))
      svg += fmt::format(R"(<circle class="point c{}" cx="{:.1f}" cy="{:.1f}" r="3.5"/>)", index,
                         area.across(x) + aside, area.down(y));
  return svg;
}

std::string legend(const Chart& chart) {
  std::string html = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& name = chart.series[i].name;
    const auto& points = chart.series[i].points;
    html += fmt::format(R"(<li><svg viewBox="0 0 26 10" aria-hidden="true">)"
                        R"(<path class="line s{}" d="M1 5H25"/></svg>)"
                        "{} <b>{}</b></li>",
                        i, escape(name), points.empty() ? "–" : number(points.back().second));
  }
  return html + "</ul>";
}

}  // namespace

std::string draw_chart(const Chart& chart) {
  Range across, down;
  for (const auto& series : chart.series) {
    for (const auto* values : {&series.points, &series.single}) {
      for (const auto& [x, y] : *values) {
        if (!Axis::can_show(y, chart.log_scale)) continue;
        across.include(x);
        down.include(y);
      }
    }
  }
  if (down.low > down.high) return "";
  // The axis of errors begins at 0, and that of other values unless they are far from it.
  const bool near_zero = down.low < down.high / 2 || is_of_errors(chart);
  if (!chart.log_scale && down.low > 0 && near_zero) down.low = 0;
  if (down.low == 0 && down.high == 0) down.high = 1;  // what stayed at 0 need not go below it
  const PlotArea area = {chart.log_across ? Axis::logarithmic(across.low, across.high)
                                          : Axis::linear(across.low, across.high, kXTicks),
                         chart.log_scale ? Axis::logarithmic(down.low, down.high)
                                         : Axis::linear(down.low, down.high, kYTicks)};
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2} over {3}">)",
      kWidth, kHeight, escape(chart.title), escape(chart.across));
  svg += grid(area, chart.across);
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    svg += single_points(chart, area, i) + line(chart.series[i], area, i);
  return svg + "</svg>";
}

std::string render_chart(const Chart& chart) {
  const auto drawing = draw_chart(chart);
  if (drawing.empty()) return "";
  return fmt::format("<figure><figcaption>{}{}</figcaption>{}{}</figure>\n", escape(chart.title),
                     chart.log_scale ? " <span>log scale</span>" : "", drawing, legend(chart));
}

}  // namespace sslhost::host
