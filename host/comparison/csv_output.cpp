// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "host/comparison/output.hpp"
#include "host/run/table_row.hpp"

namespace sslhost::host {

namespace {

const std::vector<std::string> kNames = {"run",
                                         "arm",
                                         "variant",
                                         "labels",
                                         "seed",
                                         "state",
                                         "chosen",
                                         "test_error",
                                         "test_errors",
                                         "test_samples",
                                         "validation_error",
                                         "validation_samples",
                                         "macro_f1",
                                         "iterations",
                                         "seconds",
                                         "samples_drawn",
                                         "peak_memory",
                                         "split_hash",
                                         "error"};

std::string literal(double value) { return fmt::format("{}", value); }

class Line {
 public:
  void text(const std::string& value) { row_.text(kNames[next_++], value); }
  void number(const std::string& value) { row_.number(kNames[next_++], value); }
  std::string end() const { return row_.line(); }

 private:
  TableRow row_{TableFormat::csv};
  std::size_t next_ = 0;
};

void add_results(Line& line, const CollectedRun& run) {
  const bool there = run.is_finished();
  const auto number = [&](const std::string& text) { line.number(there ? text : ""); };
  number(literal(run.test_error));
  number(std::to_string(run.test_errors));
  number(std::to_string(run.test_samples));
  line.number(run.validation_error ? literal(*run.validation_error) : "");
  number(std::to_string(run.validation_samples));
  number(literal(run.macro_f1));
  number(std::to_string(run.iterations));
  number(literal(run.seconds));
  number(std::to_string(run.samples_drawn));
  number(std::to_string(run.peak_memory));
  line.text(run.split_hash);
  line.text(run.error);
}

}  // namespace

std::string comparison_csv(const ComparisonResult& result) {
  const auto& [plan, runs, analysis] = result;
  auto text = header_line(TableFormat::csv, kNames);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& planned = plan.runs[i];
    const auto& setting = plan.setting(planned);
    const auto& chosen = analysis.cell(setting.arm, planned.labels).runs;
    Line line;
    line.text(planned.name);
    line.text(setting.arm);
    line.text(setting.variant);
    line.number(std::to_string(planned.labels));
    line.number(std::to_string(planned.seed));
    line.text(to_text(runs[i].state));
    line.text(std::find(chosen.begin(), chosen.end(), i) != chosen.end() ? "true" : "false");
    add_results(line, runs[i]);
    text += line.end();
  }
  return text;
}

}  // namespace sslhost::host
