// SPDX-License-Identifier: Apache-2.0
#pragma once

// k-means: samples in groups around means.

#include <cstdint>
#include <vector>

#include "host/selection/samples.hpp"

namespace sslhost::host {

struct Clusters {
  std::vector<int64_t> of = {};       ///< the cluster of each sample
  std::vector<float> distances = {};  ///< squared, of each sample to the mean of its cluster
  int64_t count = 0;                  ///< none of them empty
  double inertia = 0;                 ///< sum of the distances
};

struct ClusterRequest {
  int64_t count = 0;  ///< clusters, 1 or more
  uint64_t key = 0;   ///< of all draws
  int64_t restarts =
      10;  ///< at least 1; the one with the least inertia counts, the first of equals
};

/// Lloyd's iteration (Lloyd 1982) to its end, 100 rounds at most, from the start of greedy
/// k-means++ (Arthur and Vassilvitskii 2007; 2 + ln k candidates a step). Fewer clusters where
/// there are fewer samples that differ. An empty cluster takes the sample farthest from its mean.
/// The same bits on every processor, for any ShareOut.
Clusters cluster(const Matrix& samples, const ClusterRequest& request, const ShareOut& share_out);

}  // namespace sslhost::host
