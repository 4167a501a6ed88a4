// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sslhost/training/optimizer.hpp"

namespace sslhost {
namespace {

using Kind = ScheduleOptions::Kind;

struct Row {
  int64_t iteration;
  double rate;
};

void expect_rates(const ScheduleOptions& schedule, double rate, int64_t iterations,
                  const std::vector<Row>& rows) {
  for (const auto& row : rows)
    EXPECT_NEAR(learning_rate_at(schedule, rate, row.iteration, iterations), row.rate, 1e-12 * rate)
        << "iteration " << row.iteration;
}

TEST(Schedules, ConstantStays) {
  expect_rates({.kind = Kind::constant}, 2e-3, 1000, {{0, 2e-3}, {999, 2e-3}});
}

TEST(Schedules, LinearWouldReachZeroAfterTheLastIteration) {
  expect_rates({.kind = Kind::linear}, 2e-3, 1500, {{0, 2e-3}, {750, 1e-3}, {1499, 2e-3 / 1500}});
}

// R1: 2e-3 at i = 0, 1.8e-3 for 1...240, then 1.62e-3.
TEST(Schedules, StepFallsAfterTheFirstIterationAndThenEachPeriod) {
  expect_rates({.kind = Kind::step, .factor = 0.9, .period = 240}, 2e-3, 24000,
               {{0, 2e-3}, {1, 1.8e-3}, {240, 1.8e-3}, {241, 1.62e-3}});
}

TEST(Schedules, CosineIsHalfAWave) {
  expect_rates({.kind = Kind::cosine}, 0.4, 600,
               {{0, 0.4}, {100, 0.2 * (1 + std::sqrt(3) / 2)}, {300, 0.2}, {400, 0.1}});
}

TEST(Schedules, FixMatchsCosineEndsAtAFifthOfTheRate) {
  expect_rates(
      {.kind = Kind::cosine_7_16}, 0.03, 1 << 20,
      {{0, 0.03}, {1 << 19, 0.03 * 0.77301045336273696}, {1 << 20, 0.03 * 0.19509032201612826}});
}

TEST(Schedules, PlateauLeavesTheRateToTheLooks) {
  expect_rates({.kind = Kind::plateau, .factor = 0.1}, 1e-3, 50, {{0, 1e-3}, {49, 1e-3}});
}

TEST(Schedules, WarmUpRisesToTheWholeRate) {
  expect_rates({.kind = Kind::constant, .warmup = 4}, 0.8, 100,
               {{0, 0.2}, {1, 0.4}, {2, 0.6}, {3, 0.8}, {4, 0.8}, {99, 0.8}});
  expect_rates({.kind = Kind::linear, .warmup = 4}, 0.8, 100, {{1, 0.4 * 0.99}, {50, 0.4}});
}

}  // namespace
}  // namespace sslhost
