// SPDX-License-Identifier: Apache-2.0
#pragma once

// How long runs of each arm take, from those that ended.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "host/comparison/plan.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

class RunTimes {
 public:
  /// By its record: set-up, training and evaluation.
  void add(const std::string& arm, const RunRecord& record);
  /// Seconds of a run of that arm; none where none ended yet.
  std::optional<double> of(const std::string& arm) const;

 private:
  struct Sum {
    double seconds = 0;
    int64_t runs = 0;
  };
  std::map<std::string, Sum> sums_;
};

/// Of runs of these arms, that many at once; none where an arm has no run that ended.
std::optional<double> seconds_of(const RunTimes& times, const std::map<std::string, int64_t>& runs,
                                 int jobs);

}  // namespace sslhost::host
