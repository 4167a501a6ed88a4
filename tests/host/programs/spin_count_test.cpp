// SPDX-License-Identifier: Apache-2.0
#include "host/programs/spin_count.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

const char* of(const std::string& loadavg) {
  return spin_count([&] { return loadavg; });
}

TEST(SpinCount, IsHighWhereNothingElseRuns) {
  EXPECT_STREQ(of("1.92 0.84 0.33 1/176 4775\n"), "10000") << "the averages are of the past";
}

TEST(SpinCount, IsLowBesideOtherWork) { EXPECT_STREQ(of("0.02 0.01 0.00 2/176 4775\n"), "1000"); }

TEST(SpinCount, IsHighWhereSomethingWasAwakeForAMoment) {
  int looks = 0;
  const auto loadavg = [&]() -> std::string {
    return ++looks < 4 ? "0.02 0.01 0.00 3/176 4775" : "0.02 0.01 0.00 1/176 4775";
  };
  EXPECT_STREQ(spin_count(loadavg), "10000");
  EXPECT_EQ(looks, 4);
}

TEST(SpinCount, IsLowWhereTheSystemDoesNotSay) {
  for (const auto* text : {"", "0.02 0.01", "no such file"}) EXPECT_STREQ(of(text), "1000");
}

}  // namespace
}  // namespace sslhost::host
