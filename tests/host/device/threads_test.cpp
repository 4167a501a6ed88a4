// SPDX-License-Identifier: Apache-2.0
#include "host/device/threads.hpp"

#include <cstdlib>

#include <omp.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

class ThreadsOfARun : public ::testing::Test {
 protected:
  void SetUp() override { at::set_num_threads(3); }
  void TearDown() override { at::set_num_threads(before_); }

  static int while_alive(int64_t named, int64_t numbers, int64_t products) {
    Threads threads(named);
    threads.suit(numbers, products);
    return at::get_num_threads();
  }

 private:
  int before_ = at::get_num_threads();
};

constexpr int64_t kLarge = int64_t{1} << 40;

TEST_F(ThreadsOfARun, AreOneForSmallIterations) { EXPECT_EQ(while_alive(0, 64 * 128, 1 << 24), 1); }

TEST_F(ThreadsOfARun, AreAllForLargeBatchesOrManyWeights) {
  EXPECT_EQ(while_alive(0, kLarge, 1), 3);
  EXPECT_EQ(while_alive(0, 1, kLarge), 3);
}

TEST_F(ThreadsOfARun, AreThoseThatTheUserNames) {
  EXPECT_EQ(while_alive(2, 1, 1), 2);
  EXPECT_EQ(while_alive(1, kLarge, kLarge), 1);
}

TEST_F(ThreadsOfARun, AreAWholeTeamWhereOpenMPMayGiveFewer) {
  omp_set_dynamic(1);
  {
    const Threads threads(3);
    EXPECT_EQ(omp_get_dynamic(), 0);
    EXPECT_EQ(team_of(at::get_num_threads()), 3);
  }
  EXPECT_EQ(omp_get_dynamic(), 1) << "the program's own setting";
  omp_set_dynamic(0);
}

/// A limit can be set before a program starts only: this test runs in a process of its own
/// (CMakeLists.txt).
TEST_F(ThreadsOfARun, AreNoMoreThanTheLimit) {
  if (std::getenv("OMP_THREAD_LIMIT") == nullptr)
    GTEST_SKIP() << "for ctest's device.limit, which sets OMP_THREAD_LIMIT=2";
  EXPECT_EQ(while_alive(0, kLarge, kLarge), 2);
  EXPECT_EQ(while_alive(2, kLarge, kLarge), 2);
  expect_failure(ExitCode::device, ::testing::HasSubstr("OMP_THREAD_LIMIT=2"),
                 [] { const Threads threads(3); });
}

TEST_F(ThreadsOfARun, LeaveTheProgramAsItWas) {
  while_alive(0, 1, 1);
  EXPECT_EQ(at::get_num_threads(), 3);
  while_alive(2, 1, 1);
  EXPECT_EQ(at::get_num_threads(), 3);
}

}  // namespace
}  // namespace sslhost::host
