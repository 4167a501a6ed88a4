// SPDX-License-Identifier: Apache-2.0
#include "datasets/rings/points.hpp"

#include <cmath>
#include <numbers>

#include "sslhost/training/integers.hpp"

namespace sslhost::rings {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;

struct Pair {
  double x, y;
};

Pair on_circle(double radius, double turn) {
  return {radius * std::cos(kTurn * turn), radius * std::sin(kTurn * turn)};
}

/// Two independent N(0,1) by Box and Muller: unlike std::normal_distribution the same everywhere.
Pair normal(random::Integers& draws) {
  const double distance = std::sqrt(-2 * std::log(1 - draws.unit()));  // of (0, 1]: never infinite
  return on_circle(distance, draws.unit());
}

}  // namespace

Points draw_points(int64_t count, double noise, uint64_t seed, std::string_view part) {
  const uint64_t key =
      random::mix(random::mix(seed, random::name_key("rings")), random::name_key(part));
  Points points;
  points.coordinates.reserve(static_cast<size_t>(2 * count));
  points.labels.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    random::Integers draws(random::mix(key, static_cast<uint64_t>(i)));
    const int64_t label = i % 2;
    const Pair exact = on_circle(static_cast<double>(1 + label), draws.unit());
    const Pair error = normal(draws);
    points.coordinates.push_back(static_cast<float>(exact.x + noise * error.x));
    points.coordinates.push_back(static_cast<float>(exact.y + noise * error.y));
    points.labels.push_back(label);
  }
  return points;
}

}  // namespace sslhost::rings
