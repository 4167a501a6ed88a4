// SPDX-License-Identifier: Apache-2.0
#include "host/selection/principal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/selection/blobs.hpp"

namespace sslhost::host {
namespace {

double squared_distance(const Matrix& m, int64_t a, int64_t b) {
  double sum = 0;
  for (int64_t j = 0; j < m.width; ++j) {
    const double difference = static_cast<double>(m.row(a)[j]) - static_cast<double>(m.row(b)[j]);
    sum += difference * difference;
  }
  return sum;
}

/// [count, width], in a plane of that many numbers, and noise of `noise` in all directions.
Matrix in_a_plane(int64_t count, int64_t width, double noise) {
  random::Integers draws(random::mix(5, 5));
  const auto around_0 = [&] { return draws.unit() - 0.5; };
  Matrix directions(2, width), points(count, width);
  for (auto& value : directions.values) value = static_cast<float>(around_0());
  for (int64_t i = 0; i < count; ++i) {
    const double x = 20 * around_0(), y = 10 * around_0();
    for (int64_t j = 0; j < width; ++j)
      points.row(i)[j] =
          static_cast<float>(3 + x * static_cast<double>(directions.row(0)[j]) +
                             y * static_cast<double>(directions.row(1)[j]) + noise * around_0());
  }
  return points;
}

TEST(Principal, FewNumbersStayAsTheyAre) {
  const auto points = blobs_of(20, 3, 4);
  EXPECT_EQ(principal_coordinates(source_of(points), in_one_share, 4).values, points.values);
}

TEST(Principal, DistancesInThePlaneOfTheSamplesStay) {
  const auto points = in_a_plane(300, 50, 0);
  const auto two = principal_coordinates(source_of(points), in_one_share, 2);
  ASSERT_EQ(two.width, 2);
  for (int64_t i = 1; i < 300; ++i) {
    const auto before = squared_distance(points, 0, i);
    EXPECT_NEAR(squared_distance(two, 0, i), before, 1e-3 * before + 1e-4) << i;
  }
}

TEST(Principal, TheDirectionsOfTheLargestDifferencesAreKept) {
  const auto points = in_a_plane(3000, 50, 0.2);
  const auto two = principal_coordinates(source_of(points), in_one_share, 2);
  double kept = 0, all = 0, lost = 0;
  const auto plain = in_a_plane(3000, 50, 0);
  for (int64_t i = 1; i < 3000; ++i) {
    kept += squared_distance(two, 0, i);
    all += squared_distance(points, 0, i);
    lost += squared_distance(points, 0, i) - squared_distance(plain, 0, i);
  }
  EXPECT_GT(kept, 0.99 * (all - std::abs(lost)));
}

TEST(Principal, MoreThanTheSamplesSpanIsZero) {
  const auto points = in_a_plane(30, 50, 0);
  const auto ten = principal_coordinates(source_of(points), in_one_share, 10);
  ASSERT_EQ(ten.width, 10);
  for (int64_t i = 1; i < 30; ++i) {
    const auto before = squared_distance(points, 0, i);
    EXPECT_NEAR(squared_distance(ten, 0, i), before, 1e-3 * before + 1e-4) << i;
  }
}

TEST(Principal, EqualSamplesStayEqual) {
  const auto points = matrix_of({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}});
  const auto one = principal_coordinates(source_of(points), in_one_share, 2);
  EXPECT_EQ(squared_distance(one, 0, 1), 0);
  EXPECT_EQ(squared_distance(one, 0, 2), 0);
}

TEST(Principal, CoordinatesAreTheSameForAnyShares) {
  const auto points = in_a_plane(2500, 70, 0.5);
  EXPECT_EQ(principal_coordinates(source_of(points), in_one_share, 16).values,
            principal_coordinates(source_of(points), in_three_threads, 16).values);
}

}  // namespace
}  // namespace sslhost::host
