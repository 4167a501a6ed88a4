// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "host/comparison/output.hpp"
#include "host/comparison/run_names.hpp"
#include "host/comparison/words.hpp"
#include "host/log/printable.hpp"

namespace sslhost::host {

namespace {

using Row = std::vector<std::string>;

using Rows = std::vector<Row>;
using Widths = std::vector<std::size_t>;

void widen(Widths& widths, const Rows& rows) {
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], row[i].size());
    }
}

/// The first column to the left, the others to the right; a name in a line of its own where the
/// terminal is too narrow.
std::string table(const Rows& rows, const Widths& widths, std::size_t columns) {
  std::size_t all = 0;
  for (const auto width : widths) all += width + 2;
  const bool narrow = !widths.empty() && all - 2 > columns;
  std::string text;
  for (const auto& row : rows) {
    auto line = narrow ? row[0] + "\n   " : fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string name_of(const Cell& cell) {
  return "  " + cell.arm + (cell.variant.empty() ? "" : " " + cell.variant);
}

Row row_of(const Cell& cell) {
  Row row = {name_of(cell)};
  if (!cell.error) {
    row.insert(row.end(), {"none", "", "", "", "", ""});
    return row;
  }
  row.insert(row.end(), {percent(cell.error->median), percent(cell.error->mean),
                         interval_text(cell.error, percent)});
  if (cell.gain)
    row.insert(row.end(),
               {points(cell.gain->mean), interval_text(cell.gain, points), won_text(cell)});
  else
    row.insert(row.end(), {"", "", ""});
  return row;
}

Rows rows_of(const ComparisonResult& result, int64_t labels) {
  Rows rows = {
      {labels_text(labels), "median", "mean", "95 % interval", "gain", "95 % interval", "won"}};
  for (const auto& cell : result.analysis.cells)
    if (cell.labels == labels) rows.push_back(row_of(cell));
  return rows;
}

std::string verdicts(const ComparisonResult& result, int64_t labels, std::size_t columns) {
  std::string text;
  for (const auto& cell : result.analysis.cells)
    if (cell.labels == labels && cell.verdict != GainVerdict::baseline)
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", cell.arm, to_text(cell.verdict));
  return text.empty() ? "" : "  " + in_lines(text, columns - 2, 2);
}

/// A table for each number of labels, their columns below each other.
std::string label_tables(const ComparisonResult& result, std::size_t columns) {
  Widths widths;
  for (const auto labels : result.plan.labels) widen(widths, rows_of(result, labels));
  std::string text;
  for (const auto labels : result.plan.labels)
    text +=
        table(rows_of(result, labels), widths, columns) + verdicts(result, labels, columns) + "\n";
  return text;
}

/// Numbers that each have seven columns.
std::string number_lines(const std::vector<std::optional<double>>& errors, std::size_t columns,
                         std::size_t indent) {
  std::string text;
  std::size_t column = indent;
  for (const auto& error : errors) {
    if (column + 7 > columns && column > indent) {
      text += "\n" + std::string(indent, ' ');
      column = indent;
    }
    text += fmt::format(" {:>6}", error ? percent(*error) : "-");
    column += 7;
  }
  return text + "\n";
}

std::string every_seed(const ComparisonResult& result, std::size_t columns) {
  std::size_t width = 0;
  for (const auto& cell : result.analysis.cells)
    width = std::max(width, name_of(cell).size() + 2 + labels_text(cell.labels).size());
  std::string text;
  for (const auto& cell : result.analysis.cells) {
    const auto name = name_of(cell) + ", " + labels_text(cell.labels);
    const bool narrow = width + 20 > columns;
    text += narrow ? name + "\n     " : fmt::format("{:<{}}", name, width);
    text += number_lines(cell.errors, columns, narrow ? 5 : width);
  }
  return fmt::format("test error of every seed, {}, in percent\n{}\n",
                     seeds_text(result.plan.seeds), text);
}

std::string costs(const ComparisonResult& result, std::size_t columns) {
  const bool varied = !result.plan.varied.empty();
  Rows rows = {{"median of a run", "training, s", "images/s", "memory, MB"}};
  if (varied) rows[0].push_back("variants tried");
  for (const auto& arm : result.plan.arms) {
    const auto cost = cost_of(result.analysis, arm);
    rows.push_back({"  " + arm, fmt::format("{:.2f}", cost.seconds),
                    cost.images_per_second > 0 ? grouped(cost.images_per_second) : "",
                    megabytes(cost.peak_memory)});
    if (varied) rows.back().push_back(std::to_string(cost.trials));
  }
  Widths widths;
  widen(widths, rows);
  return table(rows, widths, columns);
}

std::string count(int64_t n, const char* what) { return std::to_string(n) + " " + what; }

}  // namespace

std::string comparison_text(const ComparisonResult& result, std::size_t columns) {
  const auto& [plan, runs, analysis] = result;
  std::string text = in_lines(
      fmt::format(
          "test error on {} in percent{}; gain: points by which it is below that of {} on "
          "the same split",
          plan.dataset,
          analysis.test_samples > 0
              ? fmt::format(" of {} samples", grouped(static_cast<double>(analysis.test_samples)))
              : "",
          plan.baseline),
      columns, 0);
  text += "\n";
  text += label_tables(result, columns) + every_seed(result, columns) + costs(result, columns);
  if (!plan.varied.empty())
    text += "variants are chosen by the median validation error; the test part chooses nothing\n";
  if (!plan.gathered && analysis.failed + analysis.missing > 0)
    text +=
        "\n" +
        count(analysis.finished, analysis.finished == 1 ? "run finished, " : "runs finished, ") +
        count(analysis.failed, "failed, ") + count(analysis.missing, "not finished\n");
  for (const auto& warning : analysis.warnings)
    text += "\n" + in_lines("warning: " + warning, columns, 2);
  return printable_lines(text);  // names come from files
}

std::string plan_text(const ComparisonPlan& plan, std::size_t columns) {
  std::string arms;
  for (const auto& arm : plan.arms) {
    const auto variants = std::count_if(plan.settings.begin(), plan.settings.end(),
                                        [&](const ArmSetting& s) { return s.arm == arm; });
    arms += (arms.empty() ? "" : ", ") + arm +
            (variants > 1 ? " (" + std::to_string(variants) + " variants)" : "");
  }
  std::string labels;
  for (const auto n : plan.labels)
    labels += (labels.empty() ? "" : ", ") + (n == 0 ? "all" : std::to_string(n));
  auto text = in_lines(
      fmt::format("{} on {}, baseline {}; labels {}; seeds {}: {} runs", arms, plan.dataset,
                  plan.baseline, labels, seeds_text(plan.seeds), plan.runs.size()),
      columns, 2);
  if (!plan.differences.empty()) text += "the arms differ in\n";
  for (const auto& difference : plan.differences)
    text += "  " + in_lines(difference, columns - 2, 4);
  return text;
}

}  // namespace sslhost::host
