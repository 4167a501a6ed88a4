// SPDX-License-Identifier: Apache-2.0
#include "host/loading/call_marker.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/watched_marker.hpp"

namespace sslhost::host {
namespace {

using Marker = sslhost::testing::WatchedMarker;

TEST_F(Marker, ShowsTheCallWhileItRuns) {
  ASSERT_NE(marker_.front(), 0);
  EXPECT_EQ(watch_.last_call(), "");
  {
    const auto scope = marker_.enter("vat", "step", 12);
    EXPECT_EQ(watch_.last_call(), "plugin vat, in step, iteration 12");
    {
      const auto inner = marker_.enter("vat", "predict", -1);
      EXPECT_EQ(watch_.last_call(), "plugin vat, in predict");
    }
    EXPECT_EQ(watch_.last_call(), "plugin vat, in step, iteration 12");
  }
  EXPECT_EQ(watch_.last_call(), "");
}

TEST_F(Marker, AnExceptionLeavesTheCall) {
  try {
    const auto scope = marker_.enter("vat", "step", 0);
    throw std::runtime_error("thrown by the plugin");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(watch_.last_call(), "");
}

TEST_F(Marker, LongNamesAreCut) {
  const std::string name(1000, 'x');
  const auto scope = marker_.enter(name.c_str(), name.c_str(), 1);
  EXPECT_EQ(watch_.last_call(),
            "plugin " + name.substr(0, 47) + ", in " + name.substr(0, 23) + ", iteration 1");
}

TEST_F(Marker, FollowsTheWorkersMain) {
  EXPECT_EQ(watch_.page().state, MarkerPage::not_started);
  marker_.start();
  EXPECT_EQ(watch_.page().state, MarkerPage::running);
  marker_.finish();
  EXPECT_EQ(watch_.page().state, MarkerPage::finished);
}

TEST_F(Marker, CostsFarLessThanAStep) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 100000;
  const auto start = Clock::now();
  for (int i = 0; i < kRounds; ++i) const auto scope = marker_.enter("vat", "step", i);
  const std::chrono::duration<double, std::nano> each = (Clock::now() - start) / kRounds;
  RecordProperty("nanoseconds", std::to_string(each.count()));
  EXPECT_LT(each.count(),
            2000);  // about 15; a system call would be over 100, a busy machine is not our affair
}

}  // namespace
}  // namespace sslhost::host
