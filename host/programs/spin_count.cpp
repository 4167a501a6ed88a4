// SPDX-License-Identifier: Apache-2.0
#include "host/programs/spin_count.hpp"

namespace sslhost::host {

const char* spin_count(std::istream& loadavg) {
  // Measured: docs/explanation/performance.md.
  constexpr const char *kQuiet = "10000", *kBusy = "1000";
  double average = 0;
  int runnable = 0;
  for (int i = 0; i < 3; ++i) loadavg >> average;
  return loadavg >> runnable && runnable <= 1 ? kQuiet : kBusy;
}

}  // namespace sslhost::host
