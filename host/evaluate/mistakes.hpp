// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples are classified wrongly with the greatest confidence: where to look first.

#include <cstdint>
#include <functional>
#include <vector>

#include "host/data/run_data.hpp"

namespace sslhost::host {

struct Mistake {
  int64_t row = 0;  ///< position in the part's data
  int64_t label = 0, predicted = 0;
  double probability = 0;  ///< of the predicted class
};

/// At most `most`, the surest first; `predict` maps [N,C,H,W] to logits [N,K], called in pieces of
/// at most 1,000.
std::vector<Mistake> surest_mistakes(const LabeledPart& part, int64_t most,
                                     const std::function<Tensor(const Tensor&)>& predict);

}  // namespace sslhost::host
