// SPDX-License-Identifier: Apache-2.0
#include "host/programs/worker_environment.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

class WorkerEnvironment : public ::testing::Test {
 protected:
  WorkerEnvironment() {
    for (const char* name : kNames) unsetenv(name);
  }
  ~WorkerEnvironment() override {
    for (const char* name : kNames) unsetenv(name);
  }
  static constexpr const char* kNames[] = {
      "OMP_DYNAMIC",     "OMP_MAX_ACTIVE_LEVELS", "ONEDNN_DEFAULT_FPMATH_MODE",
      "OMP_NUM_THREADS", "OMP_THREAD_LIMIT",      "NVIDIA_TF32_OVERRIDE"};
};

TEST_F(WorkerEnvironment, LosesWhatMakesTeamsSmallerOrProductsCoarser) {
  for (const char* name : {"OMP_DYNAMIC", "OMP_MAX_ACTIVE_LEVELS", "ONEDNN_DEFAULT_FPMATH_MODE",
                           "NVIDIA_TF32_OVERRIDE"}) {
    setenv(name, "1", 1);
    settle_worker_environment();
    EXPECT_EQ(std::getenv(name), nullptr) << name;
  }
}

TEST_F(WorkerEnvironment, AsksForNoMoreThreadsThanTheLimit) {
  setenv("OMP_THREAD_LIMIT", "1", 1);
  settle_worker_environment();
  EXPECT_STREQ(std::getenv("OMP_NUM_THREADS"), "1");
  EXPECT_STREQ(std::getenv("OMP_THREAD_LIMIT"), "1") << "what was set for a reason stays";
  setenv("OMP_THREAD_LIMIT", "3", 1);
  setenv("OMP_NUM_THREADS", "5,2", 1);
  settle_worker_environment();
  EXPECT_STREQ(std::getenv("OMP_NUM_THREADS"), "3");
  setenv("OMP_NUM_THREADS", "2", 1);
  settle_worker_environment();
  EXPECT_STREQ(std::getenv("OMP_NUM_THREADS"), "2");
}

TEST_F(WorkerEnvironment, KeepsANumberOfThreads) {
  settle_worker_environment();
  EXPECT_EQ(std::getenv("OMP_NUM_THREADS"), nullptr);
  setenv("OMP_NUM_THREADS", "7", 1);
  settle_worker_environment();
  EXPECT_STREQ(std::getenv("OMP_NUM_THREADS"), "7");
}

}  // namespace
}  // namespace sslhost::host
