// SPDX-License-Identifier: Apache-2.0
#pragma once

// Labels that are worth a second look: by features, what lies nearest has another one.

#include <cstdint>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct DoubtfulLabel {
  int64_t place = 0;    ///< among the samples
  int64_t label = 0;    ///< its own
  int64_t nearest = 0;  ///< the class of its neighbors
  double share = 0;     ///< of the neighbors that are of that class
};

/// Those with four fifths of their neighbors in one other class, the largest share first. Of each
/// sample as many neighbors are asked as there are others of its class, 10 at most; one with fewer
/// than 3 is not judged. `features` [N,D] are compared by cosine, without their mean; `labels` [N]
/// int64.
std::vector<DoubtfulLabel> doubtful_labels(const Tensor& features, const Tensor& labels,
                                           int64_t classes);

}  // namespace sslhost::host
