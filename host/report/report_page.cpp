// SPDX-License-Identifier: Apache-2.0
#include "host/report/report_page.hpp"

#include <cstdio>

#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace {

std::string text_of(const nlohmann::ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string seconds_text(const nlohmann::ordered_json& value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", value.get<double>());
  return text;
}

}  // namespace

void write_report_page(const RunFolder& folder, const nlohmann::ordered_json& record,
                       const std::vector<MetricsRow>& metrics,
                       const std::vector<ReportPicture>& pictures) {
  const auto &results = record.at("results"), &options = record.at("options"),
             &data = record.at("data");
  ReportData page;
  page.method = record.at("method");
  page.dataset = record.at("dataset");
  page.labels = data.at("labeled");
  page.seed = options.at("seed").at("value").get<uint64_t>();
  page.test_error = results.at("test_error");
  page.facts = {{"Training time", seconds_text(results.at("seconds"))},
                {"Iterations", results.at("iterations").dump()},
                {"Macro F1", results.at("macro_f1").dump().substr(0, 6)},
                {"Unlabeled samples", data.at("unlabeled").dump()},
                {"Test samples", results.at("test_samples").dump()},
                {"Device", record.at("device").at("hardware")}};
  for (const auto& [name, option] : options.items())
    page.settings.push_back({name, text_of(option.at("value")), option.at("from")});
  page.metrics = metrics;
  page.pictures = pictures;
  page.classes = data.at("classes").get<std::vector<std::string>>();
  page.confusion = results.at("confusion").get<std::vector<int64_t>>();
  page.made_by = "sslhost " + record.at("versions").at("sslhost").get<std::string>() +
                 ", LibTorch " + record.at("versions").at("libtorch").get<std::string>();
  write_atomic(folder.report(), render_report(page));
}

}  // namespace sslhost::host
