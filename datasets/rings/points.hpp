// SPDX-License-Identifier: Apache-2.0
#pragma once

// Points on two circles around the origin, radii 1 (class 0) and 2 (class 1), with Gaussian noise
// on each coordinate.

#include <cstdint>
#include <string_view>
#include <vector>

namespace sslhost::rings {

struct Points {
  std::vector<float> coordinates;  ///< [count, 2]
  std::vector<int64_t> labels;     ///< [count]: 0, 1, 0, 1, ...
};

/// Point i depends on (seed, part, i) alone: more points leave the first ones as they are. Keys are
/// integers, so every machine draws the same; where its mathematics library rounds a logarithm or a
/// sine otherwise, a coordinate may differ in its last bit.
Points draw_points(int64_t count, double noise, uint64_t seed, std::string_view part);

}  // namespace sslhost::rings
