// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/commands/worker/prediction_request.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/inference/data_to_predict.hpp"

namespace sslhost::host {

/// The chosen part of a dataset. Returns the exit code.
int predict_dataset(const PredictionRequest& request, const DataToPredict& data,
                    const Classifier& classifier, ProgressLine& progress);

}  // namespace sslhost::host
