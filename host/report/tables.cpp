// SPDX-License-Identifier: Apache-2.0
#include "host/report/tables.hpp"

#include <algorithm>
#include <initializer_list>
#include <tuple>

#include <fmt/core.h>

#include "host/report/confusion_shade.hpp"
#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

constexpr std::size_t kMaxPairs = 20;

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string open_table(const char* kind, std::initializer_list<const char*> columns) {
  std::string html = fmt::format("<table class=\"{}\"><thead><tr>", kind);
  for (const char* column : columns) html += fmt::format("<th scope=\"col\">{}</th>", column);
  return html + "</tr></thead><tbody>\n";
}

std::string cell(std::int64_t count, std::int64_t row_total, bool right) {
  if (count == 0) return "<td class=\"zero\">0</td>";
  const double part = share(count, row_total);
  return fmt::format(
      R"(<td class="{}{}" style="--a:{:.2f}" title="{:.1f} % of this class">{}</td>)",
      right ? "right" : "wrong", is_dark_shade(part) ? " deep" : "", confusion_shade(part),
      100 * part, count);
}

std::string matrix(const std::vector<std::int64_t>& confusion,
                   const std::vector<std::string>& classes) {
  const std::size_t k = classes.size();
  std::string html = "<table class=\"matrix\"><thead><tr><th>true \\ predicted</th>";
  for (const auto& name : classes) html += "<th scope=\"col\">" + escape_name(name) + "</th>";
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < k; ++i) {
    std::int64_t total = 0;
    for (std::size_t j = 0; j < k; ++j) total += confusion[i * k + j];
    html += "<tr><th scope=\"row\">" + escape_name(classes[i]) + "</th>";
    for (std::size_t j = 0; j < k; ++j) html += cell(confusion[i * k + j], total, i == j);
    html += "</tr>\n";
  }
  return html + "</tbody></table>";
}

std::string pairs(const std::vector<std::int64_t>& confusion,
                  const std::vector<std::string>& classes) {
  const std::size_t k = classes.size();
  using Pair = std::tuple<std::int64_t, std::size_t, std::size_t>;  // minus count, true, predicted
  std::vector<Pair> found;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j)
      if (i != j && confusion[i * k + j] > 0) found.emplace_back(-confusion[i * k + j], i, j);
  std::sort(found.begin(), found.end());
  if (found.size() > kMaxPairs) found.resize(kMaxPairs);
  std::string html =
      fmt::format("<p>The {} pairs most often confused, of {} classes.</p>\n", found.size(), k);
  html += open_table("settings", {"true", "predicted", "samples"});
  for (const auto& [count, i, j] : found) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                        escape_name(classes[i]), escape_name(classes[j]), -count);
  }
  return html + "</tbody></table>";
}

std::string scores_row(const std::string& name, const ClassScores& scores) {
  std::string html = "<tr><th scope=\"row\">" + escape_name(name) + "</th>";
  for (const double score : {scores.precision, scores.recall, scores.f1})
    html += fmt::format("<td>{:.3f}</td>", score);
  return html + fmt::format("<td>{}</td></tr>\n", scores.support);
}

}  // namespace

std::string settings_table(const std::vector<RunRecord::Option>& options) {
  std::string html = open_table("settings", {"setting", "value", "from"});
  for (const auto& option : options) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                        escape(option.name), escape(to_text(option.value)), escape(option.origin));
  }
  return html + "</tbody></table>";
}

std::string confusion_table(const std::vector<std::int64_t>& confusion,
                            const std::vector<std::string>& classes) {
  return classes.size() <= kMostConfusedClasses ? matrix(confusion, classes)
                                                : pairs(confusion, classes);
}

std::string scores_table(const Classification& scores, const std::vector<std::string>& classes) {
  std::string html = open_table("scores", {"class", "precision", "recall", "F1", "samples"});
  for (std::size_t i = 0; i < classes.size(); ++i)
    html += scores_row(classes[i], scores.classes[i]);
  html += "</tbody><tfoot>\n" + scores_row("mean over classes", scores.macro);
  return html + scores_row("weighted by samples", scores.weighted) + "</tfoot></table>";
}

}  // namespace sslhost::host
