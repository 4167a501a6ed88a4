// SPDX-License-Identifier: Apache-2.0
#include "host/report/report.hpp"

#include <fmt/core.h>

#include "host/evaluate/classification.hpp"
#include "host/report/base64.hpp"
#include "host/report/chart.hpp"
#include "host/report/data_section.hpp"
#include "host/report/html.hpp"
#include "host/report/reliability_chart.hpp"
#include "host/report/sample_sections.hpp"
#include "host/report/style.hpp"
#include "host/report/tables.hpp"
#include "host/run/statistics.hpp"

namespace sslhost::host {

namespace {

std::string fact(const std::string& name, const std::string& value, const char* kind = "") {
  return fmt::format("<div{}><dt>{}</dt><dd>{}</dd></div>\n", kind, escape(name), escape(value));
}

/// "50 labels, seed 7"
std::string subtitle(const RunRecord& record) {
  auto text = fmt::format("{} labels", record.data.labeled);
  if (const auto* seed = record.option("seed")) text += ", seed " + to_text(*seed);
  return text;
}

std::string facts(const RunRecord& record) {
  std::string html;
  if (const auto& results = record.results) {
    html +=
        fact("test error", fmt::format("{:.2f} %", 100 * results->test_error), " class=\"result\"");
    if (const auto few = error_of_few(results->test_errors, results->test_samples); !few.empty())
      html += fact("mistakes", few);
    html += fact("training time", fmt::format("{:.1f} s", results->seconds)) +
            fact("iterations", std::to_string(results->iterations)) +
            fact("macro F1", fmt::format("{:.4f}", results->macro_f1));
  } else {
    html += fact("test error", "not tested", " class=\"result\"");
  }
  return html + fact("unlabeled samples", std::to_string(record.data.unlabeled)) +
         fact("test samples", std::to_string(record.data.test)) +
         fact("device", record.device.hardware);
}

std::string head(const RunRecord& record) {
  return fmt::format("<h1>{} on {}</h1>\n<p class=\"subtitle\">{}</p>\n<dl class=\"head\">\n",
                     escape(record.method), escape(record.dataset), escape(subtitle(record))) +
         facts(record) + "</dl>\n";
}

std::string charts(const std::vector<MetricsRow>& rows) {
  std::string html;
  for (const auto& chart : charts_of(rows)) html += render_chart(chart);
  return html.empty() ? "" : "<h2>Training</h2>\n<div class=\"charts\">\n" + html + "</div>\n";
}

std::string test_part(const RunRecord& record) {
  if (!record.results) return "";
  const auto& confusion = record.results->confusion;
  const auto& classes = record.data.classes;
  // Also refuses a matrix that is not K by K, before anything indexes it.
  const auto scores = classify(confusion, static_cast<std::int64_t>(classes.size()));
  return "<div class=\"two\">\n<section><h2>Confusion matrix</h2>\n<div class=\"scroll\">" +
         confusion_table(confusion, classes) +
         "</div></section>\n<section><h2>Classes</h2>\n<div class=\"scroll\">" +
         scores_table(scores, classes) + "</div></section>\n</div>\n";
}

std::string probabilities(const RunRecord& record) {
  const bool known = record.results && record.results->calibration;
  return known ? probabilities_section(*record.results->calibration) : "";
}

std::string pictures(const std::vector<ReportPicture>& all) {
  std::string html;
  for (const auto& picture : all) {
    html += "<figure><figcaption>" + escape(picture.title) + "</figcaption>\n";
    if (!picture.caption.empty()) html += "<p>" + escape(picture.caption) + "</p>\n";
    // Inside the page: it stays whole when it is moved or mailed.
    html += picture.image.empty()
                ? picture.svg
                : fmt::format(R"(<div class="scroll"><img alt="{}" src="{}"/></div>)",
                              escape(picture.title), image_source(picture.image));
    html += "</figure>\n";
  }
  return html.empty() ? "" : "<h2>Pictures</h2>\n<div class=\"pictures\">\n" + html + "</div>\n";
}

std::string settings(const std::vector<RunRecord::Option>& options) {
  if (options.empty()) return "";
  return "<h2>Settings</h2>\n<div class=\"scroll\">" + settings_table(options) + "</div>\n";
}

std::string footer(const RunRecord::Versions& versions) {
  return fmt::format("<footer>Made by sslhost {}, LibTorch {}</footer>\n", escape(versions.sslhost),
                     escape(versions.libtorch));
}

}  // namespace

std::string render_report(const RunRecord& record, const std::vector<MetricsRow>& metrics,
                          const std::vector<ReportPicture>& shown, const ReportDetails& details) {
  const auto title = fmt::format("{} on {}, {}", record.method, record.dataset, subtitle(record));
  const auto start = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}{}{}</style>\n</head>\n<body>\n",
      escape(title), kColors, kDrawings, kPage);
  return start + head(record) + charts(metrics) + test_part(record) + probabilities(record) +
         data_section(record, details) + pictures(shown) +
         doubtful_section(details, record.data.classes) + unsure_section(record, details) +
         unlabeled_section(record, details) + settings(record.options) + footer(record.versions) +
         "</body>\n</html>\n";
}

}  // namespace sslhost::host
