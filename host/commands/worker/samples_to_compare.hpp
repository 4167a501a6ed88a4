// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `suggest` and `neighbors` compare: samples of a path, by an encoder's features or by pixels.

#include <memory>

#include "host/config/data_plan.hpp"
#include "host/encode/encoder.hpp"

namespace sslhost::host {

/// Null: pixels.
std::unique_ptr<Encoder> encoder_of(const DataPlan& plan);

/// What does not come in one size is brought to that of the model, else to the encoder's, else to
/// one that a comparison of pixels has use for. Both may be null.
Dataset read_to_compare(const DataPlan& plan, const Classifier* classifier, const Encoder* encoder,
                        const DatasetReader::Progress& progress);

}  // namespace sslhost::host
