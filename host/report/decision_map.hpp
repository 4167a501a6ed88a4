// SPDX-License-Identifier: Apache-2.0
#pragma once

// Data of two features as a picture: what is predicted where, training points, labeled points, and
// points that a method made. Inline SVG in the page's colors; svg_file() makes a file of it.

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

struct MapPoint {
  double x = 0, y = 0;
  std::int64_t label = -1;  ///< in label order; -1: none
};

struct MapBox {
  double left = 0, right = 1, bottom = 0, top = 1;
};

struct DecisionMap {
  std::vector<std::string> classes;
  MapBox box;
  std::int64_t cells = 0;             ///< the box has cells × cells of them
  std::vector<std::int64_t> regions;  ///< class of each cell, row by row from the bottom; or empty
  std::vector<MapPoint> points, labeled, made;
};

/// What shows all points with a margin: a square in the data's units, unless one feature spans far
/// more than the other.
MapBox map_box(const std::vector<std::vector<MapPoint>>& groups);

inline constexpr double kDecisionMapWidth = 560;
double decision_map_height(const DecisionMap& map);
/// One <svg>, kDecisionMapWidth by decision_map_height(), with axes and legend.
std::string draw_decision_map(const DecisionMap& map);

}  // namespace sslhost::host
