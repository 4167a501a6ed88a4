// SPDX-License-Identifier: Apache-2.0
#include "host/report/decision_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "sslhost/error.hpp"

#include "host/report/axis.hpp"
#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

constexpr double kLeft = 52, kRight = 12, kTop = 10, kBottom = 46;
constexpr double kSide = kDecisionMapWidth - kLeft - kRight;  // of the square drawing
constexpr double kLine = 20, kEntry = 128;  // legend: height and width of an entry
constexpr double kPadding = 0.06;           // of the span, on each side
constexpr double kFarMore = 4;              // times: spans that differ more get a scale each
constexpr double kOverlap = 0.5;            // of a row by the next one, so that no seam shows
constexpr std::size_t kColors = 10;         // classes c0 to c9 of the style sheet
constexpr std::size_t kMostPoints = 2000;   // of a group; more only darken the page

struct Scale {
  MapBox box;
  double across(double x) const { return kLeft + kSide * (x - box.left) / (box.right - box.left); }
  double down(double y) const { return kTop + kSide * (box.top - y) / (box.top - box.bottom); }
};

std::vector<double> ticks_between(double low, double high) {
  auto ticks = Axis::linear(low, high, 6).ticks();
  std::erase_if(ticks, [&](double tick) { return tick < low || tick > high; });
  return ticks;
}

std::string axes(const Scale& scale) {
  std::string svg;
  const double bottom = kTop + kSide;
  for (const double tick : ticks_between(scale.box.left, scale.box.right)) {
    const double x = scale.across(tick);
    svg += fmt::format(R"(<path class="axis" d="M{:.1f} {:.1f}v4"/>)", x, bottom);
    svg += fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">{}</text>)", x, bottom + 18,
                       number(tick));
  }
  for (const double tick : ticks_between(scale.box.bottom, scale.box.top)) {
    const double y = scale.down(tick);
    svg += fmt::format(R"(<path class="axis" d="M{:.1f} {:.1f}h-4"/>)", kLeft, y);
    svg += fmt::format(R"(<text class="ytick" x="{:.1f}" y="{:.1f}">{}</text>)", kLeft - 8, y + 4,
                       number(tick));
  }
  svg += fmt::format(R"(<path class="axis" fill="none" d="M{0} {1}V{2}H{3}"/>)", kLeft, kTop,
                     bottom, kLeft + kSide);
  svg += fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">feature 1</text>)",
                     kLeft + kSide / 2, bottom + 38);
  return svg +
         fmt::format(
             R"svg(<text class="xtick" transform="translate(13 {:.1f}) rotate(-90)">feature 2</text>)svg",
             kTop + kSide / 2);
}

std::size_t color_of(std::int64_t label) { return static_cast<std::size_t>(label) % kColors; }

/// One path for each class, of one rectangle for each run of cells.
std::string regions(const DecisionMap& map) {
  std::vector<std::string> paths(map.classes.size());
  const auto n = map.cells;
  const double cell = kSide / static_cast<double>(n);
  for (std::int64_t row = 0; row < n; ++row) {
    for (std::int64_t from = 0, to = 0; from < n; from = to) {
      const auto label = map.regions[static_cast<std::size_t>(row * n + from)];
      while (to < n && map.regions[static_cast<std::size_t>(row * n + to)] == label) ++to;
      paths.at(static_cast<std::size_t>(label)) += fmt::format(
          "M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}z", kLeft + cell * static_cast<double>(from),
          kTop + kSide - cell * static_cast<double>(row + 1), cell * static_cast<double>(to - from),
          cell + kOverlap, -cell * static_cast<double>(to - from));
    }
  }
  std::string svg;
  for (std::size_t k = 0; k < paths.size(); ++k)
    if (!paths[k].empty())
      svg += fmt::format(R"(<path class="region c{}" d="{}"/>)", k % kColors, paths[k]);
  return svg;
}

std::string dot(const char* kind, double x, double y, std::int64_t label, double radius) {
  const auto color = label >= 0 ? fmt::format(" c{}", color_of(label)) : std::string();
  return fmt::format(R"(<circle class="{}{}" cx="{:.1f}" cy="{:.1f}" r="{}"/>)", kind, color, x, y,
                     radius);
}

std::string cross(double x, double y) {
  return fmt::format(R"(<path class="made" d="M{:.1f} {:.1f}l5 5m0 -5l-5 5"/>)", x - 2.5, y - 2.5);
}

template <class F>
std::string each(const std::vector<MapPoint>& points, const Scale& scale, F&& draw) {
  const auto every = (points.size() + kMostPoints - 1) / kMostPoints;
  std::string svg;
  for (std::size_t i = 0; i < points.size(); i += every)
    svg += draw(scale.across(points[i].x), scale.down(points[i].y), points[i].label);
  return svg;
}

/// Mark and name of each entry.
std::vector<std::pair<std::string, std::string>> entries(const DecisionMap& map) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::size_t k = 0; k < map.classes.size(); ++k)
    all.emplace_back(dot("point", 6, -4, static_cast<std::int64_t>(k), 5), map.classes[k]);
  if (!map.labeled.empty()) all.emplace_back(dot("made labeled", 6, -4, -1, 4.5), "labeled");
  if (!map.made.empty()) all.emplace_back(cross(6, -4), "made by the method");
  return all;
}

constexpr int kEntriesInLine = static_cast<int>((kDecisionMapWidth - kLeft) / kEntry);

std::string legend(const DecisionMap& map) {
  std::string svg;
  int i = 0;
  for (const auto& [mark, name] : entries(map)) {
    const int line = 1 + i / kEntriesInLine;
    svg += fmt::format(
        R"svg(<g transform="translate({:.1f} {:.1f})">{}<text x="18" y="0">{}</text></g>)svg",
        kLeft + kEntry * (i % kEntriesInLine), kTop + kSide + kBottom + kLine * line - 4, mark,
        escape_name(name));
    ++i;
  }
  return svg;
}

}  // namespace

MapBox map_box(const std::vector<std::vector<MapPoint>>& groups) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  MapBox b{kInfinity, -kInfinity, kInfinity, -kInfinity};
  for (const auto& group : groups) {
    for (const auto& p : group) {
      b = {std::min(b.left, p.x), std::max(b.right, p.x), std::min(b.bottom, p.y),
           std::max(b.top, p.y)};
    }
  }
  if (b.left > b.right) return {};
  double wide = b.right - b.left, high = b.top - b.bottom;
  const double larger = std::max(wide, high);
  if (larger <= 0) wide = high = 1;
  if (wide < larger && wide * kFarMore >= larger) wide = larger;
  if (high < larger && high * kFarMore >= larger) high = larger;
  if (wide <= 0) wide = larger;
  if (high <= 0) high = larger;
  const double x = (b.left + b.right) / 2, y = (b.bottom + b.top) / 2;
  const double dx = wide * (0.5 + kPadding), dy = high * (0.5 + kPadding);
  return {x - dx, x + dx, y - dy, y + dy};
}

double decision_map_height(const DecisionMap& map) {
  const auto count = static_cast<int>(entries(map).size());
  const int lines = (count + kEntriesInLine - 1) / kEntriesInLine;
  return kTop + kSide + kBottom + kLine * lines + 8;
}

std::string draw_decision_map(const DecisionMap& map) {
  if (!map.regions.empty() && map.regions.size() != static_cast<std::size_t>(map.cells * map.cells))
    throw Error(ExitCode::bug, {"picture", "one class for each cell", "another number"});
  const Scale scale{map.box};
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img" aria-label="the data in its two features">)",
      kDecisionMapWidth, decision_map_height(map));
  svg += regions(map);
  svg += each(map.points, scale, [](double x, double y, std::int64_t label) {
    return dot("point", x, y, label, 2.2);
  });
  svg += each(map.made, scale, [](double x, double y, std::int64_t) { return cross(x, y); });
  svg += each(map.labeled, scale, [](double x, double y, std::int64_t label) {
    return dot("labeled", x, y, label, 5);
  });
  return svg + axes(scale) + legend(map) + "</svg>";
}

}  // namespace sslhost::host
