// SPDX-License-Identifier: Apache-2.0
#include "host/report/svg_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "host/report/confusion_shade.hpp"
#include "host/report/html.hpp"
#include "host/report/style.hpp"

namespace sslhost::host {

namespace {

constexpr double kMargin = 16, kLine = 20;
constexpr double kCharacter = 7;  // width of an average one in text of 12 units

/// The value that the light theme, which comes first in the style sheet, gives to a color.
std::string light(std::string_view name) {
  const std::string_view colors = kColors;
  const auto start = colors.find(fmt::format("--{}: ", name)) + name.size() + 4;
  return std::string(colors.substr(start, colors.find(';', start) - start));
}

/// Every var(--name) replaced.
std::string in_light_colors(std::string_view text) {
  constexpr std::string_view kStart = "var(--";
  std::string out;
  while (true) {
    const auto at = text.find(kStart);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    const auto end = text.find(')', at);
    out += light(text.substr(at + kStart.size(), end - at - kStart.size()));
    text.remove_prefix(end + 1);
  }
}

double text_size(std::string_view text) { return kCharacter * static_cast<double>(text.size()); }

/// Entries beside each other, in as many lines as they need; `y` ends below the last.
std::string legend(const Chart& chart, double& y) {
  std::string svg;
  double x = kMargin;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& name = chart.series[i].name;
    const auto& points = chart.series[i].points;
    const auto text = name + " " + (points.empty() ? "–" : number(points.back().second));
    const double width = 34 + text_size(text) + 14;
    if (x > kMargin && x + width > kMargin + kChartWidth) {
      x = kMargin;
      y += kLine;
    }
    svg += fmt::format(R"(<path class="line s{}" d="M{:.1f} {:.1f}h26"/>)", i, x, y - 4);
    svg += fmt::format(R"(<text x="{:.1f}" y="{:.1f}">{}</text>)", x + 34, y, escape(text));
    x += width;
  }
  y += kLine;
  return svg;
}

struct MatrixLayout {
  double cell, left, top;
  bool upright;  // names of the columns stand on end
};

MatrixLayout layout_of(std::int64_t largest, const std::vector<std::string>& classes) {
  double widest = 0;
  for (const auto& name : classes) widest = std::max(widest, text_size(name));
  const double cell = std::max(34., text_size(std::to_string(largest)) + 12);
  const bool upright = widest > cell - 6;
  return {.cell = cell,
          .left = kMargin + kLine + widest + 10,
          .top = kMargin + 2 * kLine + (upright ? widest : 12.) + 10,
          .upright = upright};
}

std::string column_name(const MatrixLayout& l, double x, const std::string& name) {
  const double y = l.top - 8;
  if (!l.upright)
    return fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">{}</text>)", x, y,
                       escape_name(name));
  return fmt::format(R"svg(<text transform="translate({:.1f} {:.1f}) rotate(-90)">{}</text>)svg",
                     x + 4, y, escape_name(name));
}

std::string cell(const MatrixLayout& l, double x, double y, std::int64_t count, double share,
                 bool hit) {
  std::string svg;
  if (count > 0)
    svg = fmt::format(
        R"(<rect class="cell {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill-opacity="{:.2f}"/>)",
        hit ? "hit" : "miss", x, y, l.cell, l.cell, confusion_shade(share));
  return svg + fmt::format(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)",
                           count == 0             ? "xtick"
                           : is_dark_shade(share) ? "count deep"
                                                  : "count",
                           x + l.cell / 2, y + l.cell / 2 + 4, count);
}

std::string axis_names(const MatrixLayout& l, double side) {
  return fmt::format(R"(<text class="title" x="{}" y="{}">Confusion matrix, test part</text>)",
                     kMargin, kMargin + 10) +
         fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">predicted</text>)",
                     l.left + side / 2, kMargin + 10 + kLine) +
         fmt::format(
             R"svg(<text class="xtick" transform="translate({:.1f} {:.1f}) rotate(-90)">true</text>)svg",
             kMargin + 8, l.top + side / 2);
}

}  // namespace

std::string svg_file(double width, double height, std::string_view content) {
  const auto body = fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" font-family="system-ui, sans-serif">
<style>{2}</style>
<rect width="{0:.0f}" height="{1:.0f}" style="fill: var(--back)"/>
{3}
</svg>
)svg",
      width, height, kDrawings, content);
  return in_light_colors(body);
}

std::string chart_file(const std::vector<Chart>& charts) {
  std::string content;
  double y = kMargin;
  for (const auto& chart : charts) {
    auto drawing = draw_chart(chart);
    if (drawing.empty()) continue;
    content += fmt::format(R"(<text class="title" x="{}" y="{:.1f}">{}{}</text>)", kMargin, y + 10,
                           escape(chart.title), chart.log_scale ? " (log scale)" : "");
    y += 22;
    drawing.insert(4, fmt::format(R"( x="{}" y="{:.1f}")", kMargin, y));  // behind "<svg"
    content += drawing;
    y += kChartHeight + kLine;
    content += legend(chart, y) + "\n";
    y += kMargin;
  }
  return content.empty() ? "" : svg_file(kChartWidth + 2 * kMargin, y, content);
}

std::string confusion_file(const std::vector<std::int64_t>& confusion,
                           const std::vector<std::string>& classes) {
  const auto k = classes.size();
  if (k > kMostConfusedClasses || confusion.size() != k * k) return "";
  const auto l = layout_of(*std::max_element(confusion.begin(), confusion.end()), classes);
  const double side = l.cell * static_cast<double>(k);
  std::string content = axis_names(l, side);
  for (std::size_t i = 0; i < k; ++i) {
    const double y = l.top + l.cell * static_cast<double>(i);
    std::int64_t total = 0;
    for (std::size_t j = 0; j < k; ++j) total += confusion[i * k + j];
    content += column_name(l, l.left + l.cell * (static_cast<double>(i) + 0.5), classes[i]);
    content += fmt::format(R"(<text class="ytick" x="{:.1f}" y="{:.1f}">{}</text>)", l.left - 8,
                           y + l.cell / 2 + 4, escape_name(classes[i]));
    for (std::size_t j = 0; j < k; ++j) {
      const auto count = confusion[i * k + j];
      content +=
          cell(l, l.left + l.cell * static_cast<double>(j), y, count,
               total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0, i == j);
    }
  }
  const double width = std::max(l.left + side + kMargin, 240.);
  return svg_file(width, l.top + side + kMargin, content);
}

}  // namespace sslhost::host
