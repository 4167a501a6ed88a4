// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the report says of the data and of single samples, ready to be written down: no LibTorch.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/left_out.hpp"

#include "host/evaluate/class_means.hpp"

namespace sslhost::host {

struct DataSummary {
  std::vector<std::int64_t> labeled;  ///< samples of each class, in label order
  std::vector<std::int64_t> shape;    ///< of a sample as it was read: channels, height, width
  bool test_from_training = false;
  std::vector<std::string> notes, warnings;  ///< the dataset's
  std::vector<LeftOut> left_out;
};

struct ShownSample {
  std::string image;                       ///< the bytes of a PNG or JPEG; empty: it has no picture
  std::int64_t width = 0;                  ///< on the page, in pixels
  std::string name;                        ///< of its file, or its number
  std::int64_t predicted = 0, label = -1;  ///< below 0: not known
  double probability = 0;                  ///< of the predicted class
};

/// Predictions for samples that the method saw without a label.
struct UnlabeledSummary {
  std::int64_t pool = 0;                 ///< how many there are
  std::int64_t predicted = 0;            ///< how many of them were predicted
  std::vector<std::int64_t> per_class;   ///< predicted as that class
  std::vector<double> mean_probability;  ///< of those; 0 where there are none
  std::vector<ShownSample> surest, least_sure;
};

struct ReportDetails {
  std::optional<DataSummary> data;
  std::optional<ClassMeansError> features;  ///< of a run on features of pictures
  /// Labeled samples with neighbors of another class, `predicted`, and their share, `probability`.
  std::vector<ShownSample> doubtful = {};
  std::vector<ShownSample> unsure;  ///< of the test part, the least sure first
  std::optional<UnlabeledSummary> unlabeled;
};

}  // namespace sslhost::host
