// SPDX-License-Identifier: Apache-2.0
#include "host/engine/memory_watch.hpp"

#include <gmock/gmock.h>

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kMega = 1'000'000;

FreeMemory a_gigabyte() { return {1000 * kMega, "on this machine"}; }

/// What a run of 1,000 iterations, looked at every ten, is told, with so many MB at each look.
std::string told(const std::vector<int64_t>& megabytes) {
  MemoryWatch watch;
  std::string all;
  for (size_t i = 0; i < megabytes.size(); ++i)
    all += watch.look(10 * static_cast<int64_t>(i + 1), 1000, megabytes[i] * kMega, a_gigabyte);
  return all;
}

TEST(MemoryWatch, GrowthThatDoesNotLastIsToldOnceWithItsEnd) {
  EXPECT_EQ(told({100, 120, 140, 160, 180, 200, 220}),
            "memory grows by 2.0 MB an iteration: the 1.0 GB that are left on this machine last "
            "for about 500 of 950 more; does a step keep what it computes, with its graph?");
}

TEST(MemoryWatch, WhatFillsUpAtTheStartOrEndsInTimeIsNone) {
  EXPECT_THAT(told({100, 300, 500, 500, 500, 500, 500}), IsEmpty());
  EXPECT_THAT(told({100, 300, 500, 700, 500, 700, 900}), IsEmpty()) << "it gives back";
  EXPECT_THAT(told({100, 105, 110, 115, 120, 125, 130}), IsEmpty()) << "500 MB at the end";
  EXPECT_THAT(told({0, 0, 0, 0, 0, 0}), IsEmpty()) << "the system does not say";
}

TEST(MemoryWatch, TwoRowsOfOneIterationAreOneLook) {
  MemoryWatch watch;
  std::string all;
  for (const int64_t done : {10, 10, 20, 20, 30, 30, 40, 40})
    all += watch.look(done, 1000, done * 2 * kMega, a_gigabyte);
  EXPECT_THAT(all, IsEmpty());
  EXPECT_THAT(watch.look(50, 1000, 100 * kMega, a_gigabyte), HasSubstr("2.0 MB an iteration"));
}

}  // namespace
}  // namespace sslhost::host
