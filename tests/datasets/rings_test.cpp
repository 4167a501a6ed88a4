// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/rings/points.hpp"

namespace sslhost::rings {
namespace {

double radius(const Points& points, size_t i) {
  return std::hypot(points.coordinates[2 * i], points.coordinates[2 * i + 1]);
}

TEST(Rings, WithoutNoiseEveryPointLiesOnItsCircle) {
  const auto points = draw_points(1001, 0, 3, "train");
  ASSERT_EQ(points.labels.size(), 1001u);
  ASSERT_EQ(points.coordinates.size(), 2002u);
  for (size_t i = 0; i < 1001; ++i) {
    EXPECT_EQ(points.labels[i], static_cast<int64_t>(i % 2));
    EXPECT_NEAR(radius(points, i), points.labels[i] == 0 ? 1 : 2, 1e-6);
  }
}

TEST(Rings, AnglesAreUniform) {
  const auto points = draw_points(20'000, 0, 0, "train");
  std::vector<double> counts(16);
  for (size_t i = 0; i < 20'000; ++i) {
    const double angle = std::atan2(points.coordinates[2 * i + 1], points.coordinates[2 * i]);
    ++counts[std::min<size_t>(15, static_cast<size_t>((angle / M_PI + 1) * 8))];
  }
  double chi2 = 0;
  for (const double count : counts) chi2 += (count - 1250) * (count - 1250) / 1250;
  EXPECT_LT(chi2, 37.7);  // 0.1 %, 15 degrees of freedom
}

TEST(Rings, NoiseIsGaussianOnEachCoordinate) {
  const int64_t count = 20'000;
  const auto noisy = draw_points(count, 0.5, 1, "train"), exact = draw_points(count, 0, 1, "train");
  for (const size_t axis : {0, 1}) {
    double mean = 0, square = 0, within = 0;
    for (size_t i = axis; i < 2 * count; i += 2) {
      const double error = (noisy.coordinates[i] - exact.coordinates[i]) / 0.5;
      mean += error / count;
      square += error * error / count;
      within += std::abs(error) < 1;
    }
    EXPECT_NEAR(mean, 0, 0.03);
    EXPECT_NEAR(square, 1, 0.05);
    EXPECT_NEAR(within / count, 0.6827, 0.015);  // of a normal distribution
  }
}

TEST(Rings, MorePointsBeginWithTheSameOnes) {
  auto few = draw_points(10, 0.1, 7, "train"), many = draw_points(50, 0.1, 7, "train");
  many.coordinates.resize(20);
  EXPECT_EQ(few.coordinates, many.coordinates);
}

TEST(Rings, SeedsAndPartsDiffer) {
  const auto points = draw_points(10, 0.1, 7, "train").coordinates;
  EXPECT_NE(points, draw_points(10, 0.1, 8, "train").coordinates);
  EXPECT_NE(points, draw_points(10, 0.1, 7, "test").coordinates);
}

// The published points: results on them are compared over years and machines.
TEST(Rings, TheFirstPointsStayWhatTheyAre) {
  const auto points = draw_points(2, 0.1, 0, "train").coordinates;
  const std::vector<double> expected = {-0.24795237, 0.97080125, 0.38042895, 2.02198483};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(points[i], expected[i], 1e-6) << i;
}

}  // namespace
}  // namespace sslhost::rings
