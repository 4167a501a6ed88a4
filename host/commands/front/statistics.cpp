// SPDX-License-Identifier: Apache-2.0
// sslhost statistics: what a list of numbers says, for scripts, which then need no statistics of
// their own. Not in the help: the form may change with the scripts that use it.
#include "host/run/statistics.hpp"

#include <iostream>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"

namespace sslhost::host {

namespace {

[[noreturn]] void refuse(const std::string& found) {
  throw Error(ExitCode::usage, {"sslhost statistics",
                                "a JSON list of numbers on standard input, or such a list as "
                                "\"values\" of an object with a number \"below\"",
                                found, "echo '[0.95, 0.97]' | sslhost statistics"});
}

struct Input {
  std::vector<double> values;
  std::optional<double> below;
};

std::vector<double> numbers_of(const nlohmann::json& json) {
  if (!json.is_array() || json.empty()) refuse(json.is_array() ? "an empty one" : "none");
  std::vector<double> numbers;
  for (const auto& element : json) {
    if (!element.is_number()) refuse("an element that is no number");
    numbers.push_back(element.get<double>());
  }
  return numbers;
}

Input input_of(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return {numbers_of(json), {}};
  if (json.size() != 2 || !json.contains("values") || !json.contains("below") ||
      !json["below"].is_number())
    refuse("another object");
  return {numbers_of(json["values"]), json["below"].get<double>()};
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
/// numbers above 0). With {"values": [0.95, 0.97], "below": 0.98} also p: of a mean as low where
/// the true one is that number, or higher (null for one number).
int statistics_command(const CommandLine& line) {
  if (!line.operands.empty()) refuse("'" + line.operands.front() + "' on the command line");
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const auto input = input_of(text);
  auto answer = json_of(summarize(input.values));
  if (input.below) {
    const auto p = p_below(input.values, *input.below);
    answer["p"] = p ? nlohmann::ordered_json(*p) : nlohmann::ordered_json(nullptr);
  }
  std::cout << answer << std::endl;
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
