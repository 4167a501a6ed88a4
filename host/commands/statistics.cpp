// SPDX-License-Identifier: Apache-2.0
#include "host/commands/statistics.hpp"

#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/run/statistics.hpp"

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

int statistics_command(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) refuse("'" + arguments.front() + "' on the command line");
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  std::cout << json_of(summarize(numbers_of(text))) << std::endl;
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
