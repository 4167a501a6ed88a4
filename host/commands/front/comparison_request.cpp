// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/comparison_request.hpp"

#include <algorithm>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "host/commands/command_line.hpp"
#include "host/comparison/analysis.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

void add_plugin_flags(const CommandLine& line, ComparisonRequest& request) {
  for (const char* name : {"plugin-dir", "plugin-file"})
    for (const auto& path : line.flags.at(name))
      request.plugin_flags.push_back("--" + std::string(name) + "=" +
                                     fs::absolute(path).lexically_normal().string());
}

}  // namespace

ComparisonRequest comparison_request(const CommandLine& line,
                                     const std::vector<std::string>& arms) {
  constexpr int64_t kMostSeeds = 10'000, kMostDraws = 100'000;
  const auto number = [&](const char* flag, int64_t most) {
    return line.number<int64_t>(flag, 1, most, "a number from 1 to " + std::to_string(most),
                                "sslhost " + line.command + " --help");
  };
  ComparisonRequest request = {.arms = arms, .baseline = line.value("baseline")};
  if (line.has("seeds")) request.seeds = number("seeds", kMostSeeds);
  if (line.has("random")) request.draws = number("random", kMostDraws);
  for (const auto& text : line.flags.at("vary")) request.varied.push_back(parse_variation(text));
  for (const auto& [name, value] : line.options) {
    if (name == "labels")
      request.labels = parse_labels(value);
    else if (name == "out")
      request.folder = value;
    else
      request.options.emplace_back(name, value);
  }
  request.alone = line.alone;
  add_plugin_flags(line, request);
  return request;
}

std::size_t terminal_columns() {
  winsize size = {};
  constexpr std::size_t kElsewhere = 100, kFewest = 40;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kElsewhere;
  return std::max<std::size_t>(kFewest, size.ws_col);
}

void show_comparison(const ComparisonPlan& plan, const RunFailures& failures, bool json) {
  const auto runs = collect(plan, failures);
  if (json || failures.size() < plan.runs.size()) return show_comparison(plan, runs, {}, json);
  const auto analysis = analyze(plan, runs);  // of no run: tables would only hide the reasons
  write_comparison({plan, runs, analysis});
}

void show_comparison(const ComparisonPlan& plan, const std::vector<CollectedRun>& runs,
                     const std::vector<std::string>& warnings, bool json) {
  auto analysis = analyze(plan, runs);
  analysis.warnings.insert(analysis.warnings.end(), warnings.begin(), warnings.end());
  const ComparisonResult result = {plan, runs, analysis};
  const bool written = !plan.folder.empty();
  if (written) write_comparison(result);
  if (json)
    std::fputs(comparison_json(result, -1).c_str(), stdout);
  else
    std::fputs(comparison_text(result, terminal_columns()).c_str(), stdout);
  if (!json && written)
    std::printf("\ncompare.html, .json, .csv and .tex are in %s\n", plan.folder.c_str());
  std::fflush(stdout);
}

}  // namespace sslhost::host
