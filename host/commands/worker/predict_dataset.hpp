// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/commands/worker/prediction_request.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/inference/data_to_predict.hpp"

namespace sslhost::host {

/// The chosen part of a dataset. Returns the exit code.
int predict_dataset(const PredictionRequest& request, const DataToPredict& data,
                    const Classifier& classifier, ProgressLine& progress);

/// How many samples [C,H,W] are predicted between two writes: by their number, and by their memory.
size_t samples_together(const std::vector<int64_t>& shape);

/// Throws Error (data) where the stored values of data, as Dataset::scale says, are not such as the
/// model was trained on.
void require_scale(double scale, double trained, const std::string& dataset);

}  // namespace sslhost::host
