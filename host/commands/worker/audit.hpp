// SPDX-License-Identifier: Apache-2.0
#pragma once

// What features of a pretrained network say of photos and their labels, for `sslhost data --audit`.

#include <vector>

#include "sslhost/dataset.hpp"

#include "host/encode/encoder.hpp"
#include "host/survey/survey.hpp"

namespace sslhost::host {

/// Photos unlike all others, of training and unlabeled part, and labels of the training part that
/// are likely wrong; a note where labels cannot be judged. Features are computed, or come from the
/// cache.
std::vector<Problem> audit(const Dataset& dataset, const Encoder& encoder,
                           const DatasetReader::Progress& progress);

}  // namespace sslhost::host
