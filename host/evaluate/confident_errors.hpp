// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples are classified wrongly with the greatest confidence: where to look first.

#include <cstdint>
#include <vector>

#include "host/evaluate/evaluate.hpp"

namespace sslhost::host {

struct ConfidentError {
  int64_t row = 0;  ///< position in the part's data
  int64_t label = 0, predicted = 0;
  double probability = 0;  ///< of the predicted class
};

/// At most `most`, the most confident first.
std::vector<ConfidentError> confident_errors(const LabeledPart& part,
                                             const Predictions& predictions, int64_t most);

}  // namespace sslhost::host
