// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/engine.hpp"

#include "host/commands/worker/prediction_request.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/config/data_plan.hpp"

namespace sslhost::host {

/// Those that the request names, in pieces that fit into memory. `scale` is the model's, as
/// Dataset::scale. Returns the exit code: data where a file could not be read.
int predict_files(const PredictionRequest& request, const DataPlan& plan,
                  const Classifier& classifier, double scale, ProgressLine& progress);

}  // namespace sslhost::host
