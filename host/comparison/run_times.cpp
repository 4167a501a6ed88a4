// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/run_times.hpp"

namespace sslhost::host {

void RunTimes::add(const std::string& arm, const RunRecord& record) {
  if (!record.results) return;
  auto& sum = sums_[arm];
  sum.seconds +=
      record.results->seconds + record.results->evaluation_seconds + record.results->set_up_seconds;
  ++sum.runs;
}

std::optional<double> RunTimes::of(const std::string& arm) const {
  const auto found = sums_.find(arm);
  if (found == sums_.end()) return std::nullopt;
  return found->second.seconds / static_cast<double>(found->second.runs);
}

std::optional<double> seconds_of(const RunTimes& times, const std::map<std::string, int64_t>& runs,
                                 int jobs) {
  double seconds = 0;
  for (const auto& [arm, count] : runs) {
    const auto one = times.of(arm);
    if (!one) return std::nullopt;
    seconds += *one * static_cast<double>(count);
  }
  return seconds / jobs;
}

}  // namespace sslhost::host
