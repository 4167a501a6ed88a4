// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "host/comparison/output.hpp"
#include "host/comparison/run_names.hpp"
#include "host/comparison/words.hpp"
#include "host/report/chart.hpp"
#include "host/report/html.hpp"
#include "host/report/style.hpp"

namespace sslhost::host {

namespace {

std::string cell(const std::string& text) { return "<td>" + escape(text) + "</td>"; }

std::string heads(const std::vector<std::string>& names) {
  std::string html = "<thead><tr>";
  for (const auto& name : names) html += "<th>" + escape(name) + "</th>";
  return html + "</tr></thead>\n";
}

std::string table(const std::vector<std::string>& names, const std::string& rows) {
  return "<div class=\"scroll\"><table class=\"scores\">" + heads(names) + "<tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::string name_of(const Cell& c) {
  return "<th>" + escape(c.arm) +
         (c.variant.empty() ? "" : "<br><small>" + escape(c.variant) + "</small>") + "</th>";
}

std::string row_of(const Cell& c) {
  auto html = "<tr>" + name_of(c);
  html += cell(c.error ? percent(c.error->median) : "–") +
          cell(c.error ? percent(c.error->mean) : "–") + cell(interval_text(c.error, percent));
  html += cell(c.gain ? points(c.gain->mean) : "") + cell(interval_text(c.gain, points)) +
          cell(won_text(c)) + cell(to_text(c.verdict));
  return html + "</tr>\n";
}

std::string tables(const ComparisonResult& result) {
  std::string html;
  for (const auto labels : result.plan.labels) {
    std::string rows;
    for (const auto& c : result.analysis.cells)
      if (c.labels == labels) rows += row_of(c);
    html += "<h2>" + labels_text(labels) + "</h2>\n" +
            table({"method", "median, %", "mean, %", "95 % interval", "gain, points",
                   "95 % interval", "seeds won", "verdict"},
                  rows);
  }
  return html;
}

/// More arms than colors make more charts.
std::string chart(const ComparisonResult& result) {
  const auto& [plan, runs, analysis] = result;
  std::string html;
  for (std::size_t first = 0; first < plan.arms.size(); first += kMaxSeries) {
    Chart chart = {.title = "test_error", .series = {}, .across = "labels"};
    chart.log_across = plan.labels.size() > 1;
    for (std::size_t i = first; i < std::min(plan.arms.size(), first + kMaxSeries); ++i) {
      Series series = {.name = plan.arms[i], .points = {}};
      for (const auto labels : plan.labels) {
        const auto& c = analysis.cell(plan.arms[i], labels);
        if (!c.error) continue;
        const auto x = static_cast<double>(labels > 0 ? labels : runs[c.runs.front()].labels);
        series.points.emplace_back(x, 100 * c.error->median);
        for (const auto& error : c.errors)
          if (error) series.single.emplace_back(x, 100 * *error);
      }
      chart.series.push_back(std::move(series));
    }
    html += render_chart(chart);
  }
  if (html.empty()) return "";
  return "<h2>Error against number of labels</h2>\n<p class=\"said\">Test error in percent: a "
         "point is "
         "a run, lines go through the medians.</p>\n<div class=\"charts\">\n" +
         html + "</div>\n";
}

std::string every_seed(const ComparisonResult& result) {
  std::vector<std::string> names = {"method", "labels"};
  for (const auto seed : result.plan.seeds) names.push_back("seed " + std::to_string(seed));
  std::string rows;
  for (const auto& c : result.analysis.cells) {
    rows += "<tr>" + name_of(c) + cell(c.labels == 0 ? "all" : std::to_string(c.labels));
    for (const auto& error : c.errors) rows += cell(error ? percent(*error) : "–");
    rows += "</tr>\n";
  }
  return "<h2>Every seed, test error in percent</h2>\n" + table(names, rows);
}

std::string costs(const ComparisonResult& result) {
  std::string rows;
  for (const auto& arm : result.plan.arms) {
    const auto cost = cost_of(result.analysis, arm);
    rows += "<tr><th>" + escape(arm) + "</th>" + cell(fmt::format("{:.2f}", cost.seconds)) +
            cell(cost.images_per_second > 0 ? grouped(cost.images_per_second) : "–") +
            cell(megabytes(cost.peak_memory)) + cell(std::to_string(cost.trials)) + "</tr>\n";
  }
  return "<h2>What a run takes</h2>\n" +
         table({"method", "training, s", "images/s", "memory, MB", "variants tried"}, rows);
}

std::string list(const std::string& title, const std::vector<std::string>& all) {
  if (all.empty()) return "";
  std::string html = "<h2>" + title + "</h2>\n<ul class=\"names\">\n";
  for (const auto& text : all) html += "<li>" + escape_name(text) + "</li>\n";
  return html + "</ul>\n";
}

std::string failures(const ComparisonResult& result) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < result.runs.size(); ++i)
    if (!result.runs[i].is_finished())
      all.push_back(result.plan.runs[i].name + ": " + to_text(result.runs[i].state) +
                    (result.runs[i].error.empty() ? "" : ", " + result.runs[i].error));
  return list("Runs without a result", all);
}

std::string head(const ComparisonResult& result) {
  const auto& [plan, runs, analysis] = result;
  const auto fact = [](const std::string& name, const std::string& value) {
    return "<div><dt>" + name + "</dt><dd>" + escape(value) + "</dd></div>\n";
  };
  std::string html = fmt::format(
      "<h1>Comparison on {}</h1>\n<p class=\"subtitle\">gain: points by which the test error is "
      "below "
      "that of {} on the same split; intervals: 95 %, Student's t; n = {} seeds</p>\n",
      escape(plan.dataset), escape(plan.baseline), plan.seeds.size());
  html += "<dl class=\"head\">\n" + fact("baseline", plan.baseline) +
          fact("runs finished", fmt::format("{} of {}", analysis.finished, runs.size())) +
          fact("test samples", grouped(static_cast<double>(analysis.test_samples)));
  if (!plan.varied.empty()) html += fact("variants chosen by", "validation error alone");
  return html + "</dl>\n";
}

}  // namespace

std::string comparison_page(const ComparisonResult& result) {
  const auto start = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Comparison on {}</title>\n<style>{}{}{}.scores th, .scores td {{ white-space: "
      "nowrap; }}</style>\n</head>\n<body>\n",
      escape(result.plan.dataset), kColors, kDrawings, kPage);
  return start + head(result) + list("Beware", result.analysis.warnings) + chart(result) +
         tables(result) + every_seed(result) + costs(result) +
         list("What differs between the arms", result.plan.differences) + failures(result) +
         "<footer>Made by sslhost; every run has its report.html</footer>\n</body>\n</html>\n";
}

}  // namespace sslhost::host
