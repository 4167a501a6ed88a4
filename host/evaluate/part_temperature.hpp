// SPDX-License-Identifier: Apache-2.0
#pragma once

// The temperature of a network, from the samples that are kept for validation.

#include <cstdint>
#include <optional>

#include "host/data/run_data.hpp"
#include "host/evaluate/predictor.hpp"

namespace sslhost::host {

/// One pass over the part, of `classes`; nothing where it is empty. Throws Error (diverged) for
/// logits that are NaN or infinite.
std::optional<double> temperature_of(const LabeledPart& part, int64_t classes,
                                     const Predictor& predictor);

}  // namespace sslhost::host
