// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the model says of the unlabeled samples. Their labels, where the data have any, are not
// read.

#include <cstdint>
#include <string>
#include <vector>

#include "host/evaluate/predictor.hpp"
#include "host/report/picture_inputs.hpp"

namespace sslhost::host {

struct PredictedSample {
  int64_t id = 0;  ///< of the unlabeled pool as in split.json; of the test part its row
  int64_t predicted = 0, label = -1;
  double probability = 0;  ///< of the predicted class
};

inline constexpr int64_t kMostUnlabeledPredictions = 10'000;  // as many as a usual test part

struct UnlabeledPredictions {
  int64_t pool = 0;                      ///< unlabeled samples that are not labeled ones too
  std::vector<PredictedSample> samples;  ///< by id
};

/// Of at most `most`, drawn by the run's seed. Evaluation mode must be on.
UnlabeledPredictions predict_unlabeled(const PictureInputs& inputs, const Predictor& predictor,
                                       double temperature,
                                       int64_t most = kMostUnlabeledPredictions);

/// "index,name,predicted,probability", a line a sample; `name` where samples have names.
std::string unlabeled_predictions_csv(const PictureInputs& inputs,
                                      const UnlabeledPredictions& predictions);

/// Of a sample of the training part or of the unlabeled one; empty where samples have no names.
std::string pool_name(const Dataset& dataset, int64_t train_size, int64_t id);

}  // namespace sslhost::host
