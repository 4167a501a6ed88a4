// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples `sslhost predict` shows to a model: never ones that it may have trained on, unless
// they are all there is in other data than the run's.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sslhost/dataset.hpp"
#include "sslhost/engine.hpp"

#include "host/config/data_plan.hpp"

namespace sslhost::host {

struct DataToPredict {
  Samples samples;           ///< labels are undefined where there are none
  std::vector<int64_t> ids;  ///< positions in their part of the dataset
  double scale = 1;          ///< of stored values, as Dataset::scale
  std::vector<std::string> notes = {}, warnings = {};  ///< of the dataset
};

/// A test part without labels; else the part that the run held out, where the data are its own;
/// else the test part, the unlabeled part or, of other data, the training part. `run` is empty
/// where a model file predicts. Throws Error (data) for other classes than the model's, and where
/// there is no such part.
DataToPredict data_to_predict(const DataPlan& plan, const std::filesystem::path& run,
                              const Classifier& classifier,
                              const DatasetReader::Progress& progress = {});

}  // namespace sslhost::host
