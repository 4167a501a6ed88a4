// SPDX-License-Identifier: Apache-2.0
#include "host/programs/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/watched_marker.hpp"

namespace sslhost::host {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

/// A clock that goes as it is told.
class DogTest : public sslhost::testing::WatchedMarker {
 protected:
  /// What it says until then, looking once a second.
  std::string after(int n) {
    std::string said = dog_.look(start_ + seconds(looked_));
    while (looked_ < n) said += dog_.look(start_ + seconds(++looked_));
    return said;
  }

  int looked_ = 0;
  const Watchdog::Clock::time_point start_ = Watchdog::Clock::now();
  Watchdog dog_{watch_, start_};
};

TEST_F(DogTest, SaysWhereACallStaysAndHowLong) {
  const auto call = marker_.enter("vat", "step", 12);
  EXPECT_EQ(after(0), "");
  EXPECT_EQ(after(29), "");
  EXPECT_EQ(after(31), "plugin vat, in step, iteration 12: for 30 s now");
}

TEST_F(DogTest, SaysItAgainWhenItTookTwiceAsLong) {
  const auto call = marker_.enter("vat", "step", 12);
  after(0);
  EXPECT_NE(after(30), "");
  EXPECT_EQ(after(59), "");
  EXPECT_THAT(after(60), HasSubstr("60 s"));
  EXPECT_EQ(after(119), "");
}

TEST_F(DogTest, CallsThatEndAreNoHang) {
  for (int i = 0; i < 100; ++i) {
    const auto call = marker_.enter("vat", "step", i);
    EXPECT_EQ(after(20 * i), "");
  }
  EXPECT_EQ(after(100'000), "");  // outside of plugins
}

TEST_F(DogTest, ProgressIsASignOfLife) {
  const auto call = marker_.enter("images", "load", -1);
  for (int i = 0; i < 100; ++i) {
    marker_.sign_of_life();
    EXPECT_EQ(after(20 * i), "");
  }
}

TEST_F(DogTest, WhoWaitsForAnEndIsToldSoon) {
  const auto call = marker_.enter("vat", "step", 12);
  after(0);
  dog_.asked();
  EXPECT_EQ(after(1), "");
  EXPECT_THAT(after(2), HasSubstr("plugin vat, in step"));
  EXPECT_THAT(after(4), HasSubstr("4 s"));
}

// Ctrl-Z and `fg`, or a scheduler's suspension: neither program went on meanwhile.
TEST_F(DogTest, ATimeInWhichNobodyLookedIsNoHang) {
  const auto call = marker_.enter("vat", "step", 12);
  marker_.hang_after(40);
  EXPECT_EQ(after(10), "");
  looked_ = 1010;
  EXPECT_EQ(dog_.look(start_ + seconds(looked_)), "");
  EXPECT_FALSE(dog_.is_over(start_ + seconds(looked_)));
  EXPECT_THAT(after(1031), HasSubstr("for 30 s now"));
  EXPECT_FALSE(dog_.is_over(start_ + seconds(1039)));
  EXPECT_TRUE(dog_.is_over(start_ + seconds(1040)));
}

TEST_F(DogTest, ACallIsOverWhenTheWorkerSaidSo) {
  const auto call = marker_.enter("vat", "step", 12);
  after(0);
  EXPECT_FALSE(dog_.is_over(start_ + seconds(100'000)));
  marker_.hang_after(40);
  EXPECT_FALSE(dog_.is_over(start_ + seconds(39)));
  after(40);
  EXPECT_TRUE(dog_.is_over(start_ + seconds(40)));
  marker_.sign_of_life();
  after(41);
  EXPECT_FALSE(dog_.is_over(start_ + seconds(42)));
  marker_.hang_after(0);
}

}  // namespace
}  // namespace sslhost::host
