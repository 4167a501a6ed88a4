// SPDX-License-Identifier: Apache-2.0
#pragma once

// Data of two features as a picture: what is predicted where, training points, labeled points, and
// points that a method made. Inline SVG in the page's colours; svg_file() makes a file of it.

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

struct PlanePoint {
  double x = 0, y = 0;
  std::int64_t label = -1;  ///< in label order; -1: none
};

struct PlaneBox {
  double left = 0, right = 1, bottom = 0, top = 1;
};

struct Plane {
  std::vector<std::string> classes;
  PlaneBox box;
  std::int64_t cells = 0;             ///< the box has cells × cells of them
  std::vector<std::int64_t> regions;  ///< class of each cell, row by row from the bottom; or empty
  std::vector<PlanePoint> points, labeled, made;
};

/// What shows all points with a margin: a square in the data's units, unless one feature spans far
/// more than the other.
PlaneBox plane_box(const std::vector<std::vector<PlanePoint>>& groups);

inline constexpr double kPlaneWidth = 560;
double plane_height(const Plane& plane);
/// One <svg>, kPlaneWidth by plane_height(), with axes and legend.
std::string draw_plane(const Plane& plane);

}  // namespace sslhost::host
