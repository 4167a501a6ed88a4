// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics_formats.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "host/run/csv.hpp"
#include "host/run/events.hpp"

namespace sslhost::host {

namespace {

std::string json_row(const MetricsRow& row) { return to_json_line(row) + "\n"; }

/// The shortest text that reads back as the same number; nan, inf, -inf.
std::string csv_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string csv_header() { return "iteration,phase,seconds,name,value\n"; }

/// Long form, a line for each value: names that turn up later need no new column.
std::string csv_row(const MetricsRow& row) {
  const auto start = std::to_string(row.iteration) + "," + csv_field(row.phase) + "," +
                     csv_number(row.seconds) + ",";
  std::string lines;
  for (const auto& [name, value] : row.values)
    lines += start + csv_field(name) + "," + csv_number(value) + "\n";
  return lines;
}

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// TensorBoard looks for this beginning.
constexpr std::string_view kEventsStart = "events.out.tfevents.";
constexpr std::string_view kEventsEnd = ".sslhost";

std::string events_file() {
  return std::string(kEventsStart) + std::to_string(static_cast<std::int64_t>(wall_time())) +
         std::string(kEventsEnd);
}

bool is_events_file(std::string_view name) {
  if (name.size() <= kEventsStart.size() + kEventsEnd.size() || !name.starts_with(kEventsStart) ||
      !name.ends_with(kEventsEnd))
    return false;
  name.remove_prefix(kEventsStart.size());
  name.remove_suffix(kEventsEnd.size());
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string events_header() { return version_event(wall_time()); }

std::string events_row(const MetricsRow& row) {
  auto scalars = row.values;
  for (auto& scalar : scalars) scalar.first = row.phase + "/" + scalar.first;
  return scalar_event(wall_time(), row.iteration, scalars);
}

constexpr MetricsFormat kFormats[] = {
    {.key = "jsonl", .new_file = nullptr, .is_file = nullptr, .header = nullptr, .row = json_row},
    {.key = "csv", .new_file = nullptr, .is_file = nullptr, .header = csv_header, .row = csv_row},
    {.key = "events",
     .new_file = events_file,
     .is_file = is_events_file,
     .header = events_header,
     .row = events_row},
};

}  // namespace

std::span<const MetricsFormat> metrics_formats() { return kFormats; }

std::string new_file_name(const MetricsFormat& format) {
  return format.new_file ? format.new_file() : std::string("metrics.") + format.key;
}

bool is_file_name(const MetricsFormat& format, std::string_view name) {
  return format.is_file ? format.is_file(name) : name == new_file_name(format);
}

}  // namespace sslhost::host
