// SPDX-License-Identifier: Apache-2.0
#pragma once

// Samples that nothing else is like.

#include <cstdint>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct Outlier {
  int64_t place = 0;    ///< among the samples
  double distance = 0;  ///< mean of 1 - cosine to its nearest neighbors
};

/// Those much farther from their five nearest neighbors than others are: by more than ten times the
/// median distance of all such means to their median. The farthest first. `features` [N,D] are
/// compared by cosine, without their mean; of fewer than 50 samples nothing is said.
std::vector<Outlier> outliers_of(const Tensor& features);

}  // namespace sslhost::host
