// SPDX-License-Identifier: Apache-2.0
#include "host/report/sample_sections.hpp"

#include <fmt/core.h>

#include "host/report/base64.hpp"
#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

constexpr std::size_t kMostClasses = 20;  // more are folded up

using Classes = std::vector<std::string>;

const std::string& class_name(const Classes& classes, std::int64_t label) {
  return classes.at(static_cast<std::size_t>(label));
}

std::string is_predicted(const ShownSample& sample, const Classes& classes) {
  auto html = fmt::format("<b>{}</b> {:.1f} %", escape_name(class_name(classes, sample.predicted)),
                          100 * sample.probability);
  if (sample.label >= 0 && sample.label != sample.predicted)
    html += ", is " + escape_name(class_name(classes, sample.label));
  return html;
}

std::string is_doubtful(const ShownSample& sample, const Classes& classes) {
  return fmt::format("labeled <b>{}</b>, {:.0f} % of its neighbors <b>{}</b>",
                     escape_name(class_name(classes, sample.label)), 100 * sample.probability,
                     escape_name(class_name(classes, sample.predicted)));
}

/// Of one sample, below its picture or beside its name.
using Words = std::string (*)(const ShownSample&, const Classes&);

/// Folder and file: the same name may be in two folders. The whole name is in the title.
std::string last_parts(const std::string& path) {
  const auto file = path.find_last_of('/');
  if (file == std::string::npos || file == 0) return path;
  return path.substr(path.find_last_of('/', file - 1) + 1);
}

std::string thumbnail(const ShownSample& sample, const Classes& classes, Words words) {
  const auto name = escape_name(sample.name);
  const bool photo = sample.image.starts_with("\xff\xd8");  // a JPEG; pixels of others are shown
  return fmt::format(R"(<li><img{} alt="{}, predicted {}" width="{}" src="{}"/>)"
                     R"(<span class="name" title="{}"><bdi>{}</bdi></span><span>{}</span></li>)"
                     "\n",
                     photo ? " class=\"photo\"" : "", name,
                     escape_name(class_name(classes, sample.predicted)), sample.width,
                     image_source(sample.image), name, escape_name(last_parts(sample.name)),
                     words(sample, classes));
}

/// Pictures with names below, or lines of a table where samples have none.
std::string samples_html(const std::vector<ShownSample>& samples, const Classes& classes,
                         Words words = is_predicted) {
  if (samples.empty()) return "";
  const bool pictures = !samples[0].image.empty();
  std::string html =
      pictures ? "<ul class=\"thumbs\">\n"
               : "<div class=\"scroll\"><table class=\"settings\"><thead><tr><th scope=\"col\">"
                 "sample</th><th scope=\"col\">predicted</th></tr></thead><tbody>\n";
  for (const auto& sample : samples)
    html += pictures ? thumbnail(sample, classes, words)
                     : "<tr><th scope=\"row\"><bdi>" + escape_name(sample.name) +
                           "</bdi></th><td>" + words(sample, classes) + "</td></tr>\n";
  return html + (pictures ? "</ul>\n" : "</tbody></table></div>\n");
}

std::string titled(const char* title, const std::string& html) {
  return html.empty() ? "" : fmt::format("<h3>{}</h3>\n", title) + html;
}

std::string classes_table(const UnlabeledSummary& summary, const Classes& classes) {
  std::string html =
      "<div class=\"scroll\"><table class=\"scores\"><thead><tr><th scope=\"col\">predicted</th>"
      "<th scope=\"col\">samples</th><th scope=\"col\">share</th><th scope=\"col\">mean "
      "probability</th></tr></thead><tbody>\n";
  for (std::size_t k = 0; k < classes.size() && k < summary.per_class.size(); ++k) {
    const auto count = summary.per_class[k];
    html +=
        fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{:.1f} %</td><td>{}</td></tr>\n",
                    escape_name(classes[k]), count,
                    100 * static_cast<double>(count) / static_cast<double>(summary.predicted),
                    count > 0 ? fmt::format("{:.1f} %", 100 * summary.mean_probability[k]) : "–");
  }
  html += "</tbody></table></div>\n";
  if (classes.size() <= kMostClasses) return html;
  return fmt::format("<details><summary>{} classes</summary>{}</details>\n", classes.size(), html);
}

double mean_probability(const UnlabeledSummary& summary) {
  double sum = 0;
  for (std::size_t k = 0; k < summary.per_class.size(); ++k)
    sum += static_cast<double>(summary.per_class[k]) * summary.mean_probability[k];
  return sum / static_cast<double>(summary.predicted);
}

}  // namespace

std::string doubtful_section(const ReportDetails& details, const Classes& classes) {
  if (details.doubtful.empty()) return "";
  return "<h2>Look at these labels</h2>\n<p class=\"said\">Labeled pictures whose nearest labeled "
         "neighbors, by the encoder's features, are mostly of another class. Some are in the wrong "
         "folder, others are only unusual.</p>\n" +
         samples_html(details.doubtful, classes, is_doubtful);
}

std::string unsure_section(const RunRecord& record, const ReportDetails& details) {
  if (details.unsure.empty()) return "";
  const auto shown = static_cast<std::int64_t>(details.unsure.size());
  const auto words =
      shown == record.data.test
          ? fmt::format("All {} test samples, the lowest probability first.", shown)
          : fmt::format(
                "The {} of {} test samples whose predicted class has the lowest probability.",
                shown, record.data.test);
  return "<h2>Least sure</h2>\n<p class=\"said\">" + words + "</p>\n" +
         samples_html(details.unsure, record.data.classes);
}

std::string unlabeled_section(const RunRecord& record, const ReportDetails& details) {
  if (!details.unlabeled || details.unlabeled->predicted == 0) return "";
  const auto& summary = *details.unlabeled;
  auto words =
      fmt::format("{} samples of the unlabeled pool have no label in this run. ", summary.pool);
  words +=
      summary.predicted < summary.pool
          ? fmt::format("{} of them, drawn by the run's seed, were predicted", summary.predicted)
          : "All of them were predicted";
  words += fmt::format(
      ", with a mean probability of {:.1f} %. Each one is in "
      "unlabeled_predictions.csv. How many are right is not known.",
      100 * mean_probability(summary));
  const auto& classes = record.data.classes;
  return "<h2>Unlabeled samples</h2>\n<p class=\"said\">" + words + "</p>\n" +
         classes_table(summary, classes) + titled("Surest", samples_html(summary.surest, classes)) +
         titled("Least sure", samples_html(summary.least_sure, classes));
}

}  // namespace sslhost::host
