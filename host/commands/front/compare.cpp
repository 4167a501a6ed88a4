// SPDX-License-Identifier: Apache-2.0
// sslhost compare METHOD...: several methods on the same data, and what the runs say together.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/comparison_progress.hpp"
#include "host/commands/front/comparison_request.hpp"
#include "host/comparison/comparison_folder.hpp"
#include "host/comparison/run_state.hpp"
#include "host/comparison/run_times.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/print_error.hpp"
#include "host/log/shell_word.hpp"

namespace sslhost::host {

namespace {

/// 0: as the machine allows.
int jobs_of(const CommandLine& line) {
  constexpr int kMost = 1024;
  if (!line.has("jobs") || line.value("jobs") == "auto") return 0;
  return line.number<int>("jobs", 1, kMost, "auto, or a number from 1 to 1024",
                          "sslhost compare --help");
}

/// What the user typed, to be typed again.
std::string this_command() {
  std::ifstream file("/proc/self/cmdline");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\0', at);
    words.push_back(text.substr(at, end - at));
    at = end == text.npos ? text.size() : end + 1;
  }
  if (!words.empty()) words.erase(words.begin());
  return command_line("sslhost", words);
}

std::string time_text(const std::optional<double>& seconds) {
  return seconds ? "about " + duration_text(*seconds)
                 : "time unknown until the first run of each arm is done";
}

/// What there is already, what is to be done, and how long it takes by what is there.
void print_forecast(const ComparisonPlan& plan, int jobs) {
  RunTimes times;
  std::map<std::string, int64_t> left;
  int64_t finished = 0, stopped = 0, missing = 0;
  for (const auto& run : plan.runs) {
    const auto known = known_run(plan, run);
    if (known.state == RunState::finished) {
      ++finished;
      times.add(plan.setting(run).arm, *known.record);
      continue;
    }
    ++(known.state == RunState::stopped ? stopped : missing);
    ++left[plan.setting(run).arm];
  }
  std::printf("%lld finished, %lld to go on with, %lld to begin; %d at once; %s\nfolder: %s\n",
              static_cast<long long>(finished), static_cast<long long>(stopped),
              static_cast<long long>(missing), jobs,
              time_text(seconds_of(times, left, jobs)).c_str(), plan.folder.c_str());
}

/// Runs that failed for the same reason are told together. The exit code of the first, or 0.
int print_failures(const ComparisonPlan& plan, const RunFailures& failures) {
  std::map<std::string, std::vector<const RunFailure*>> alike;
  std::vector<std::string> order;
  int code = 0;
  for (const auto& run : plan.runs) {
    const auto failure = failures.find(run.name);
    if (failure == failures.end()) continue;
    if (code == 0) code = failure->second.code;
    const auto& parts = failure->second.parts;
    auto& group = alike[parts.expected + '\n' + parts.found];
    if (group.empty()) order.push_back(parts.expected + '\n' + parts.found);
    group.push_back(&failure->second);
  }
  for (const auto& key : order) {
    auto parts = alike[key].front()->parts;
    if (const auto more = alike[key].size() - 1; more > 0)
      parts.where += " (and " + std::to_string(more) + (more > 1 ? " runs" : " run") + " like it)";
    std::fputs(format_error(parts, takes_colour(2)).c_str(), stderr);
  }
  return code;
}

}  // namespace

int compare_command(const CommandLine& line) {
  const auto front = program_folder() / "sslhost";
  const int jobs = jobs_of(line);
  const auto plan = make_comparison(comparison_request(line, line.operands), front);
  require_comparison_folder(plan.folder);
  const auto settings = settle_jobs(plan, jobs, front);
  if (line.has("dry-run")) {
    std::fputs(plan_text(plan, terminal_columns()).c_str(), stdout);
    print_forecast(plan, settings.jobs);
    return static_cast<int>(ExitCode::done);
  }
  const auto lock = open_comparison(plan);
  if (!line.has("quiet")) std::fputs(plan_text(plan, terminal_columns()).c_str(), stderr);
  RunnerResult result;
  {
    ComparisonProgress progress(line.has("quiet"));
    result = make_runs(plan, settings, progress);
  }
  show_comparison(plan, result.failures, line.has("json"));
  const int code = print_failures(plan, result.failures);
  if (!result.stopped) return code;
  std::fprintf(stderr, "stopped as asked; go on with `%s`\n", this_command().c_str());
  return static_cast<int>(ExitCode::stopped);
}

}  // namespace sslhost::host
