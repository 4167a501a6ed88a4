// SPDX-License-Identifier: Apache-2.0
#include "host/programs/worker_environment.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <sched.h>

namespace sslhost::host {

namespace {

constexpr const char* kRemoved[] = {
    // OpenMP may give fewer threads than asked for, or none besides the first.
    "OMP_DYNAMIC", "OMP_MAX_ACTIVE_LEVELS", "OMP_NESTED", "OMP_SCHEDULE", "MKL_DYNAMIC",
    // bfloat16 or TF32 in place of float32, whatever the program says.
    "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE", "NVIDIA_TF32_OVERRIDE",
    "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"};

/// The number that a variable begins with ("4,2" is one of nested teams); 0: none.
long number_in(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::max(0L, std::strtol(text, nullptr, 10));
}

long processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

}  // namespace

void settle_worker_environment() {
  for (const char* name : kRemoved) unsetenv(name);
  const long limit = number_in("OMP_THREAD_LIMIT");
  if (limit == 0) return;
  const long asked = number_in("OMP_NUM_THREADS") > 0 ? number_in("OMP_NUM_THREADS") : processors();
  setenv("OMP_NUM_THREADS", std::to_string(std::min(limit, asked)).c_str(), 1);
}

}  // namespace sslhost::host
