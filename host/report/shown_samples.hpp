// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a run's tensors to what its report says of the data and of single samples.

#include <optional>
#include <vector>

#include "host/evaluate/evaluate.hpp"
#include "host/report/details.hpp"
#include "host/report/picture_inputs.hpp"
#include "host/report/unlabeled_predictions.hpp"

namespace sslhost::host {

DataSummary data_summary(const PictureInputs& inputs);

/// Of the labeled samples' features; nothing where methods saw none.
std::optional<ClassMeansError> feature_check(const PictureInputs& inputs);

/// Of the same features: labeled samples whose neighbors have another label, 24 at most.
std::vector<ShownSample> doubtful_samples(const PictureInputs& inputs);

/// Test samples of the lowest probability, lowest first.
std::vector<ShownSample> least_sure(const PictureInputs& inputs, const Predictions& test);

UnlabeledSummary unlabeled_summary(const PictureInputs& inputs,
                                   const UnlabeledPredictions& predictions);

}  // namespace sslhost::host
