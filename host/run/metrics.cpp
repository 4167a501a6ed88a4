// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNaN = "NaN";
constexpr const char* kInfinity = "Infinity";
constexpr const char* kMinusInfinity = "-Infinity";

Json to_json(double value) {
  if (std::isnan(value)) return kNaN;
  if (std::isinf(value)) return value > 0 ? kInfinity : kMinusInfinity;
  return value;
}

double to_double(const Json& json) {
  if (json == kNaN) return std::numeric_limits<double>::quiet_NaN();
  if (json == kInfinity) return std::numeric_limits<double>::infinity();
  if (json == kMinusInfinity) return -std::numeric_limits<double>::infinity();
  return json.get<double>();
}

/// The JSON library would make any number one, 1e300 too, whose conversion is undefined.
std::int64_t to_count(const Json& json) {
  if (!json.is_number_unsigned() || !std::in_range<std::int64_t>(json.get<std::uint64_t>()))
    throw std::invalid_argument("an iteration that is no count: " + std::string(json.type_name()));
  return json.get<std::int64_t>();
}

MetricsRow from_json(const Json& json) {
  MetricsRow row;
  row.iteration = to_count(json.at("iteration"));
  row.phase = json.at("phase").get<std::string>();
  row.seconds = to_double(json.at("seconds"));
  for (const auto& [name, value] : json.items()) {
    if (name != "iteration" && name != "phase" && name != "seconds")
      row.values.emplace_back(name, to_double(value));
  }
  return row;
}

}  // namespace

std::string to_json_line(const MetricsRow& row) {
  Json json = {
      {"iteration", row.iteration}, {"phase", row.phase}, {"seconds", to_json(row.seconds)}};
  for (const auto& [name, value] : row.values) {
    if (json.contains(name)) {
      throw Error(ExitCode::plugin, {"metric '" + name + "'", "a name that a row uses once",
                                     "a second value", "log it under another name"});
    }
    json[name] = to_json(value);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<MetricsRow> read_metrics(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file)
    throw Error(ExitCode::storage, {path.string(), "a readable file", "none", "check the path"});
  std::vector<MetricsRow> rows;
  for (std::string line; std::getline(file, line);) {
    try {
      rows.push_back(from_json(Json::parse(line)));
    } catch (const std::exception& e) {
      throw Error(ExitCode::storage,
                  {path.string() + ", line " + std::to_string(rows.size() + 1),
                   "an object with iteration, phase, seconds and numbers", e.what()});
    }
  }
  return rows;
}

}  // namespace sslhost::host
