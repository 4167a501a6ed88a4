// SPDX-License-Identifier: Apache-2.0
// sslhost statistics: what a list of numbers says, for scripts, which then need no statistics of
// their own. Not in the help: the form may change with the scripts that use it.
#include "host/run/statistics.hpp"

#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"

namespace sslhost::host {

namespace {

[[noreturn]] void refuse(const std::string& found) {
  throw Error(ExitCode::usage, {"sslhost statistics", "a JSON list of numbers on standard input",
                                found, "echo '[0.95, 0.97]' | sslhost statistics"});
}

std::vector<double> numbers_of(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array() || json.empty()) refuse(json.is_array() ? "an empty one" : "none");
  std::vector<double> numbers;
  for (const auto& element : json) {
    if (!element.is_number()) refuse("an element that is no number");
    numbers.push_back(element.get<double>());
  }
  return numbers;
}

nlohmann::ordered_json json_of(const Summary& summary) {
  nlohmann::ordered_json json = {{"count", summary.count}, {"median", summary.median},
                                 {"mean", summary.mean},   {"standard_deviation", nullptr},
                                 {"interval", nullptr},    {"wins", summary.wins}};
  if (summary.standard_deviation) json["standard_deviation"] = *summary.standard_deviation;
  if (summary.interval) json["interval"] = {summary.interval->low, summary.interval->high};
  return json;
}

}  // namespace

/// Reads a JSON list of finite numbers from stdin, [0.95, 0.97], and prints an object: count,
/// median, mean, standard_deviation, interval ([low, high]; both null for one number) and wins (the
/// numbers above 0).
int statistics_command(const CommandLine& line) {
  if (!line.operands.empty()) refuse("'" + line.operands.front() + "' on the command line");
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  std::cout << json_of(summarize(numbers_of(text))) << std::endl;
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
