// SPDX-License-Identifier: Apache-2.0
#include "host/report/data_section.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

constexpr std::size_t kMostNotes = 8, kMostLeftOut = 5;
constexpr std::size_t kMostClasses = 20;  // more are folded up
constexpr double kBadFeatures = 0.2;      // error from which on a remedy is named

std::string row(const std::string& name, const std::string& html) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name, html);
}

/// "3 × 200 × 200" or, of features, "1280 values".
std::string size_text(const std::vector<std::int64_t>& shape) {
  if (shape.size() != 3) return "";
  if (shape[1] * shape[2] == 1) return fmt::format("{} values", shape[0]);
  return fmt::format("{} × {} pixels, {} channel{}", shape[2], shape[1], shape[0],
                     shape[0] == 1 ? "" : "s");
}

std::string left_out(const std::vector<LeftOut>& all) {
  const auto damaged = std::count_if(all.begin(), all.end(), [](auto& l) { return l.damaged; });
  auto html = fmt::format("{}, of which {} cannot be read", all.size(), damaged);
  html += "<ul class=\"names\">";
  // What is damaged was meant to be a sample: first.
  auto sorted = all;
  std::stable_partition(sorted.begin(), sorted.end(), [](auto& l) { return l.damaged; });
  for (std::size_t i = 0; i < std::min(kMostLeftOut, sorted.size()); ++i)
    html += "<li><bdi>" + escape_name(sorted[i].name) + "</bdi>: " + escape_name(sorted[i].reason) +
            "</li>";
  if (sorted.size() > kMostLeftOut)
    html +=
        fmt::format("<li>and {} more: sslhost data shows them</li>", sorted.size() - kMostLeftOut);
  return html + "</ul>";
}

std::string lines(const std::vector<std::string>& all) {
  std::string html = "<ul class=\"names\">";
  for (std::size_t i = 0; i < std::min(kMostNotes, all.size()); ++i)
    html += "<li>" + escape_name(all[i]) + "</li>";
  if (all.size() > kMostNotes) html += fmt::format("<li>and {} more</li>", all.size() - kMostNotes);
  return html + "</ul>";
}

std::string facts(const RunRecord& record, const DataSummary& summary) {
  const auto& data = record.data;
  std::string html = row("dataset", escape_name(record.dataset));
  if (const auto* path = record.option("data"); path && !to_text(*path).empty())
    html += row("from", "<bdi>" + escape_name(to_text(*path)) + "</bdi>");
  if (!data.origin.empty()) html += row("origin", escape_name(data.origin));
  if (!data.licence.empty()) html += row("licence", escape_name(data.licence));
  if (!summary.notes.empty()) html += row("found", lines(summary.notes));
  if (!summary.warnings.empty()) html += row("to look at", lines(summary.warnings));
  html += row("labeled", std::to_string(data.labeled)) +
          row("unlabeled pool", std::to_string(data.unlabeled)) +
          row("validation", std::to_string(data.validation)) +
          row("test", fmt::format("{}, {}", data.test,
                                  summary.test_from_training ? "held out of the training part"
                                                             : "the data's own test part"));
  html += row(data.encoder.empty() ? "a sample" : "a picture, as read", size_text(summary.shape));
  if (!data.encoder.empty())
    html += row("the method sees",
                fmt::format("{} of {}", size_text(data.shape), escape_name(data.encoder)));
  for (const auto& change : data.content.changes)
    html += row("changed", fmt::format("other data from iteration {} on", change.iteration));
  if (!summary.left_out.empty()) html += row("left out", left_out(summary.left_out));
  return html;
}

std::string classes_table(const RunRecord& record, const DataSummary& summary) {
  const auto& classes = record.data.classes;
  if (summary.labeled.size() != classes.size()) return "";
  const bool tested = record.results && record.results->per_class.size() == classes.size();
  std::string html =
      "<table class=\"scores\"><thead><tr><th scope=\"col\">class</th><th "
      "scope=\"col\">labeled</th>";
  html += tested ? "<th scope=\"col\">test</th></tr></thead><tbody>\n" : "</tr></thead><tbody>\n";
  for (std::size_t k = 0; k < classes.size(); ++k) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>", escape_name(classes[k]),
                        summary.labeled[k]);
    if (tested) html += fmt::format("<td>{}</td>", record.results->per_class[k].support);
    html += "</tr>\n";
  }
  html += "</tbody></table>";
  if (classes.size() <= kMostClasses) return html;
  return fmt::format("<details><summary>{} classes</summary>{}</details>", classes.size(), html);
}

/// Whether what the encoder sees tells the classes apart, by a measure that needs no method.
std::string feature_words(const RunRecord& record, const ClassMeansError& found) {
  auto text = fmt::format(
      "Class means of these features, cross-validated on {} labeled pictures, name the wrong class "
      "in {:.1f} % (chance: {:.1f} %). ",
      found.samples, 100 * found.error(), 100 * found.chance);
  if (found.error() <= kBadFeatures) return text + "The encoder tells these classes apart.";
  text +=
      "The encoder does not tell these classes apart well; they may be unlike what it was "
      "trained on. A network that learns from the pictures themselves, also the unlabeled ones, "
      "may do better: --plugin vat --encoder none";
  // An option that this version of the program has, or not.
  if (record.option("finetune")) text += ", or --finetune, which trains the encoder as well";
  return text + ".";
}

}  // namespace

std::string data_section(const RunRecord& record, const ReportDetails& details) {
  if (!details.data) return "";
  auto html =
      "<h2>Data</h2>\n<div class=\"two\">\n<section><div class=\"scroll\"><table "
      "class=\"settings data\"><tbody>\n" +
      facts(record, *details.data) + "</tbody></table></div>";
  if (details.features)
    html += "<p class=\"said\">" + escape(feature_words(record, *details.features)) + "</p>";
  return html + "</section>\n<section><div class=\"scroll\">" +
         classes_table(record, *details.data) + "</div></section>\n</div>\n";
}

}  // namespace sslhost::host
