// SPDX-License-Identifier: Apache-2.0
#include "host/programs/spin_count.hpp"

#include <chrono>
#include <sstream>
#include <thread>

namespace sslhost::host {

namespace {

bool nothing_else_runs(const std::string& loadavg) {
  std::istringstream words(loadavg);
  double average = 0;
  int runnable = 0;
  for (int i = 0; i < 3; ++i) words >> average;
  return words >> runnable && runnable <= 1;
}

}  // namespace

const char* spin_count(const std::function<std::string()>& loadavg) {
  // Measured: docs/explanation/performance.md.
  constexpr const char *kQuiet = "10000", *kBusy = "1000";
  constexpr int kLooks = 5;
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (nothing_else_runs(loadavg())) return kQuiet;
  }
  return kBusy;
}

}  // namespace sslhost::host
