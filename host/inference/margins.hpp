// SPDX-License-Identifier: Apache-2.0
#pragma once

// How unsure a model is of samples.

#include <cstdint>
#include <functional>
#include <vector>

#include "sslhost/dataset.hpp"
#include "sslhost/engine.hpp"

namespace sslhost::host {

/// Of each sample `ids`, counted through training and unlabeled part, the probability of the
/// likeliest class less that of the second: 0 where the model cannot tell two of them apart.
/// progress(done, all) may throw.
std::vector<float> margins_of(const Classifier& classifier, const Dataset& dataset,
                              const std::vector<int64_t>& ids,
                              const std::function<void(int64_t, int64_t)>& progress);

}  // namespace sslhost::host
