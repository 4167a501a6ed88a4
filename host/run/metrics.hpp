// SPDX-License-Identifier: Apache-2.0
#pragma once

// One line of a run's metrics, and the file that keeps them all: metrics.jsonl, one object a line,
//   {"iteration":100,"phase":"train","seconds":1.25,"loss":0.7,"test_error":0.05}
// JSON has no NaN or infinity: they are the strings "NaN", "Infinity", "-Infinity", as in
// protobuf's JSON.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

struct MetricsRow {
  std::int64_t iteration = 0;  ///< updates done so far, over all phases
  std::string phase;
  double seconds = 0;  ///< since the start of the run
  std::vector<std::pair<std::string, double>> values;
};

/// One line without its end. Throws Error (plugin) when a value's name is used twice or is one of
/// the first three keys.
std::string to_json_line(const MetricsRow& row);

/// The rows of a metrics.jsonl. Throws Error (storage) naming file and line.
std::vector<MetricsRow> read_metrics(const std::filesystem::path& path);

}  // namespace sslhost::host
