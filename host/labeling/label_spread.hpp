// SPDX-License-Identifier: Apache-2.0
#pragma once

// Labels that spread over the graph of neighbors (D. Zhou et al., "Learning with Local and Global
// Consistency", NIPS 2003): F = (1 − α)(I − αS)^−1 Y with S = D^−½ W D^−½,
// W_ij = exp(−d_ij² / w²) for edges in either direction, w² the median of the squared distances to
// the farthest neighbor.
//
// The method `label-propagation` solves for all labels at once. Here they come one by one: each
// adds its own column of (1 − α)(I − αS)^−1, by conjugate gradients, and the same columns tell what
// the other labels say of a picture that has one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/labeling/neighbor_graph.hpp"

namespace sslhost::host {

using Scores = std::vector<double>;  ///< of classes by number; those behind its end have 0

class LabelSpread {
 public:
  explicit LabelSpread(const NeighborGraph& graph);

  /// Gives the picture that class; below 0: none.
  void set(size_t picture, int64_t label);
  int64_t label(size_t picture) const;  ///< -1: none
  const std::vector<size_t>& labeled() const { return labeled_; }

  /// What all labels but its own say of it. All 0: none reaches it.
  Scores without_own(size_t picture) const;
  /// What those at `places` of labeled() say of the one at `of`, which is none of them.
  Scores said_by(std::span<const size_t> places, size_t of) const;

 private:
  struct Edge {
    uint32_t to;
    float weight;  // an element of αS
  };

  std::vector<float> column(size_t picture) const;
  void multiply(const std::vector<double>& x, std::vector<double>& y) const;
  void spread(const std::vector<float>& column, size_t label, double factor);
  void insert(size_t picture, const std::vector<float>& column);
  void erase(size_t place);
  float& kernel(size_t a, size_t b) { return kernel_[std::max(a, b)][std::min(a, b)]; }
  float kernel(size_t a, size_t b) const { return kernel_[std::max(a, b)][std::min(a, b)]; }

  std::vector<size_t> first_;  // [N + 1], where the edges of each picture begin
  std::vector<Edge> edges_;
  std::vector<Scores> scores_;   // [N]
  std::vector<int64_t> labels_;  // [N]
  std::vector<size_t> labeled_;
  std::vector<std::vector<float>> kernel_;  // of places in labeled_: how much one says of the other
};

}  // namespace sslhost::host
