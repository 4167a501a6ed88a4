// SPDX-License-Identifier: Apache-2.0
#include "host/device/openmp_team.hpp"

#include <algorithm>
#include <cstdlib>
#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include <omp.h>

namespace sslhost::host {

namespace {

/// How many more threads the system starts: where it refuses, OpenMP's library ends the process.
int startable(int wanted) {
  std::vector<std::thread> started;
  std::latch all_are_there(1);
  try {
    while (std::ssize(started) < wanted) started.emplace_back([&] { all_are_there.wait(); });
  } catch (const std::system_error&) {  // no more
  }
  all_are_there.count_down();
  for (auto& thread : started) thread.join();
  return static_cast<int>(std::ssize(started));
}

}  // namespace

WholeTeams::WholeTeams() : dynamic_(omp_get_dynamic()), levels_(omp_get_max_active_levels()) {
  omp_set_dynamic(0);
  omp_set_max_active_levels(std::max(1, levels_));
}

WholeTeams::~WholeTeams() {
  omp_set_dynamic(dynamic_);
  omp_set_max_active_levels(levels_);
}

int team_of(int asked) {
  int came = 1;
  const int possible = 1 + startable(asked - 1);
#pragma omp parallel num_threads(possible)
#pragma omp single
  came = omp_get_num_threads();
  return came;
}

std::string why_smaller() {
  const char* limit = std::getenv("OMP_THREAD_LIMIT");
  if (limit != nullptr) return "OMP_THREAD_LIMIT=" + std::string(limit) + " in the environment";
  return "the system starts no more (ulimit -u, ulimit -v, or the limits of a container)";
}

}  // namespace sslhost::host
