// SPDX-License-Identifier: Apache-2.0
#include "host/report/report.hpp"

#include <cmath>

#include <fmt/core.h>

#include "host/evaluate/classification.hpp"
#include "host/report/base64.hpp"
#include "host/report/chart.hpp"
#include "host/report/html.hpp"
#include "host/report/style.hpp"
#include "host/report/tables.hpp"

namespace sslhost::host {

namespace {

std::string fact(const std::string& name, const std::string& value, const char* kind = "") {
  return fmt::format("<div{}><dt>{}</dt><dd>{}</dd></div>\n", kind, escape(name), escape(value));
}

std::string head(const ReportData& data) {
  std::string html = fmt::format(
      "<h1>{} on {}</h1>\n<p class=\"subtitle\">{} labels, seed {}</p>\n<dl class=\"head\">\n",
      escape(data.method), escape(data.dataset), data.labels, data.seed);
  html += fact(
      "test error",
      std::isnan(data.test_error) ? "not tested" : fmt::format("{:.2f} %", 100 * data.test_error),
      " class=\"result\"");
  for (const auto& [name, value] : data.facts) html += fact(name, value);
  return html + "</dl>\n";
}

std::string charts(const std::vector<MetricsRow>& rows) {
  std::string html;
  for (const auto& chart : charts_of(rows)) html += render_chart(chart);
  return html.empty() ? "" : "<h2>Training</h2>\n<div class=\"charts\">\n" + html + "</div>\n";
}

std::string test_part(const ReportData& data) {
  if (data.confusion.empty()) return "";
  // Also refuses a matrix that is not K by K, before anything indexes it.
  const auto scores = classify(data.confusion, static_cast<std::int64_t>(data.classes.size()));
  return "<div class=\"two\">\n<section><h2>Confusion matrix</h2>\n<div class=\"scroll\">" +
         confusion_table(data.confusion, data.classes) +
         "</div></section>\n<section><h2>Classes</h2>\n<div class=\"scroll\">" +
         scores_table(scores, data.classes) + "</div></section>\n</div>\n";
}

std::string pictures(const std::vector<ReportPicture>& all) {
  std::string html;
  for (const auto& picture : all) {
    html += "<figure><figcaption>" + escape(picture.title) + "</figcaption>\n";
    if (!picture.caption.empty()) html += "<p>" + escape(picture.caption) + "</p>\n";
    // Inside the page: it stays whole when it is moved or mailed.
    html += picture.png.empty()
                ? picture.svg
                : fmt::format(
                      R"(<div class="scroll"><img alt="{}" src="data:image/png;base64,{}"/></div>)",
                      escape(picture.title), base64(picture.png));
    html += "</figure>\n";
  }
  return html.empty() ? "" : "<h2>Pictures</h2>\n<div class=\"pictures\">\n" + html + "</div>\n";
}

std::string settings(const ReportData& data) {
  if (data.settings.empty()) return "";
  return "<h2>Settings</h2>\n<div class=\"scroll\">" + settings_table(data.settings) + "</div>\n";
}

}  // namespace

std::string render_report(const ReportData& data) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{} on {}, {} labels, seed {}</title>\n<style>{}{}{}</style>\n</head>\n<body>\n",
      escape(data.method), escape(data.dataset), data.labels, data.seed, kColors, kDrawings, kPage);
  html += head(data) + charts(data.metrics) + test_part(data) + pictures(data.pictures) +
          settings(data);
  if (!data.made_by.empty()) html += "<footer>Made by " + escape(data.made_by) + "</footer>\n";
  return html + "</body>\n</html>\n";
}

}  // namespace sslhost::host
