// SPDX-License-Identifier: Apache-2.0
#include "host/programs/spin_count.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

const char* of(const std::string& loadavg) {
  std::istringstream file(loadavg);
  return spin_count(file);
}

TEST(SpinCount, IsHighWhereNothingElseRuns) {
  EXPECT_STREQ(of("1.92 0.84 0.33 1/176 4775\n"), "10000") << "the averages are of the past";
}

TEST(SpinCount, IsLowBesideOtherWork) { EXPECT_STREQ(of("0.02 0.01 0.00 2/176 4775\n"), "1000"); }

TEST(SpinCount, IsLowWhereTheSystemDoesNotSay) {
  for (const auto* text : {"", "0.02 0.01", "no such file"}) EXPECT_STREQ(of(text), "1000");
}

}  // namespace
}  // namespace sslhost::host
