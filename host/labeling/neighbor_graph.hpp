// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which pictures resemble which: what `sslhost-worker neighbors` prints, by numbers of pictures.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/labeling/pictures.hpp"

namespace sslhost::host {

struct Neighbor {
  size_t picture = 0;
  double square = 0;  ///< of the distance between the two, as points on a sphere of radius 1
};

struct NeighborGraph {
  std::string by = {};  ///< what they were compared by: "pixels"
  /// Of each picture, the nearest first; none of one that could not be read, or is of a test part.
  std::vector<std::vector<Neighbor>> of = {};
  std::vector<std::pair<size_t, size_t>> copies = {};  ///< pairs that are one photo
};

/// Pictures that came since, or are gone, have no neighbors. Throws Error (bug) for another text.
NeighborGraph read_neighbors(std::string_view text, const Pictures& pictures);

}  // namespace sslhost::host
