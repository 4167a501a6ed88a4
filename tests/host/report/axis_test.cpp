// SPDX-License-Identifier: Apache-2.0
#include "host/report/axis.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

TEST(Axis, TicksAreRoundAndCoverTheRange) {
  EXPECT_THAT(Axis::linear(10, 1500, 6).ticks(), ElementsAre(0, 500, 1000, 1500));
  EXPECT_THAT(Axis::linear(-0.2, 1.9, 5).ticks(), ElementsAre(-0.5, 0, 0.5, 1, 1.5, 2));
  EXPECT_THAT(Axis::linear(0, 1, 5).ticks(),
              ElementsAre(0, DoubleNear(.2, 1e-12), DoubleNear(.4, 1e-12), DoubleNear(.6, 1e-12),
                          DoubleNear(.8, 1e-12), 1));
}

TEST(Axis, PlacesRunFromZeroToOne) {
  const auto linear = Axis::linear(10, 1500, 6);
  EXPECT_DOUBLE_EQ(linear.place(0), 0);
  EXPECT_DOUBLE_EQ(linear.place(750), 0.5);
  const auto log = Axis::logarithmic(0.001, 10);
  EXPECT_DOUBLE_EQ(log.place(0.001), 0);
  EXPECT_DOUBLE_EQ(log.place(0.1), 0.5);
}

TEST(Axis, LogarithmicTicksAreDecades) {
  EXPECT_THAT(
      Axis::logarithmic(0.002, 8).ticks(),
      ElementsAre(DoubleNear(.001, 1e-12), DoubleNear(.01, 1e-12), DoubleNear(.1, 1e-12), 1, 10));
  EXPECT_THAT(Axis::logarithmic(1, 90).ticks(), ElementsAre(1, 2, 5, 10, 20, 50, 100));
}

TEST(Axis, ConstantLiesInTheMiddle) {
  for (const double value : {0.0, 3.0, -3.0, 1e-320, 1e299}) {
    const auto axis = Axis::linear(value, value, 5);
    EXPECT_GT(axis.place(value), 0.2) << value;
    EXPECT_LT(axis.place(value), 0.8) << value;
  }
}

TEST(Axis, ExtremeRangesHaveFewTicks) {
  const double tiny = std::numeric_limits<double>::denorm_min();
  for (const auto& axis : {Axis::linear(0, tiny, 5), Axis::linear(-1e299, 1e299, 5),
                           Axis::linear(1e15, 1e15 + 1, 5), Axis::logarithmic(tiny, 1e299)}) {
    EXPECT_GE(axis.ticks().size(), 2);
    EXPECT_LE(axis.ticks().size(), 15);
  }
}

TEST(Axis, ShowsWhatHasAPlace) {
  EXPECT_TRUE(Axis::can_show(-1, false));
  EXPECT_FALSE(Axis::can_show(0, true));
  EXPECT_FALSE(Axis::can_show(std::nan(""), false));
  EXPECT_FALSE(Axis::can_show(-std::numeric_limits<double>::infinity(), false));
}

}  // namespace
}  // namespace sslhost::host
