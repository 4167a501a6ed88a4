// SPDX-License-Identifier: Apache-2.0
// Which metrics share a chart, and on which scale.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "host/report/chart.hpp"

namespace sslhost::host {

namespace {

constexpr double kDecadesForLog = 2;

constexpr const char* kRates = "learning_rate_";  // of each optimizer: its name follows

std::string subject_of(std::string name) {
  if (name.starts_with(kRates)) return "learning_rate";
  const auto number = name.find_last_not_of("0123456789");
  if (number != std::string::npos && number + 1 < name.size() && name[number] == '_')
    name.resize(number);  // one of several that a method logged as one
  const auto at = name.find_last_of("_-/. ");
  return at == std::string::npos ? name : name.substr(at + 1);
}

bool wants_log_scale(const std::vector<Series>& all) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const auto& series : all) {
    // A learning rate that falls to 0 spans many decades in its last iterations alone: on a
    // logarithmic axis nothing else of it could be seen.
    if (series.name.starts_with(kRates)) return false;
    for (const auto& [x, y] : series.points) {
      if (!std::isfinite(y)) continue;
      if (y <= 0) return false;
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  return high > 0 && std::log10(high / low) >= kDecadesForLog;
}

/// In the order of first appearance, which is the order in which a method logs its values.
template <class T>
T& entry(std::vector<std::pair<std::string, T>>& list, const std::string& key) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.first == key; });
  return found != list.end() ? found->second : list.emplace_back(key, T{}).second;
}

std::vector<Series> series_of(const std::vector<MetricsRow>& rows) {
  std::map<std::string, std::set<std::string>> phases;
  for (const auto& row : rows)
    for (const auto& [name, value] : row.values) phases[name].insert(row.phase);
  std::vector<std::pair<std::string, Series>> found;
  for (const auto& row : rows) {
    for (const auto& [name, value] : row.values) {
      Series& series = entry(found, row.phase + '\n' + name);
      series.name = phases[name].size() > 1 ? name + " (" + row.phase + ")" : name;
      series.points.emplace_back(static_cast<double>(row.iteration), value);
    }
  }
  std::vector<Series> all;
  for (auto& [key, series] : found) all.push_back(std::move(series));
  return all;
}

}  // namespace

bool is_of_errors(const Chart& chart) { return subject_of(chart.title) == "error"; }

std::vector<Chart> charts_of(const std::vector<MetricsRow>& rows) {
  if (rows.size() == 1 && rows[0].iteration == 0)
    return {};  // what was solved at once has no curve
  std::vector<std::pair<std::string, std::vector<Series>>> subjects;
  for (auto& series : series_of(rows)) {
    const std::string name = series.name.substr(0, series.name.find(" ("));
    entry(subjects, subject_of(name)).push_back(std::move(series));
  }
  // Errors first: they are what a run is for.
  std::stable_partition(subjects.begin(), subjects.end(),
                        [](const auto& item) { return item.first == "error"; });
  std::vector<Chart> charts;
  for (auto& [subject, all] : subjects) {
    const bool log_scale = wants_log_scale(all);
    for (std::size_t first = 0; first < all.size(); first += kMaxSeries) {
      const auto end =
          all.begin() + static_cast<std::ptrdiff_t>(std::min(first + kMaxSeries, all.size()));
      std::vector<Series> part(all.begin() + static_cast<std::ptrdiff_t>(first), end);
      const std::string title = all.size() == 1 ? part[0].name : subject;
      charts.push_back({title, std::move(part), log_scale});
    }
  }
  return charts;
}

}  // namespace sslhost::host
