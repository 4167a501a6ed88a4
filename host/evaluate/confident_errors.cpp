// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/confident_errors.hpp"

#include <algorithm>

namespace sslhost::host {

std::vector<ConfidentError> confident_errors(const LabeledPart& part,
                                             const Predictions& predictions, int64_t most) {
  const auto rows = part.rows.cpu(), labels = part.labels.cpu();
  const auto* row = rows.const_data_ptr<int64_t>();
  const auto* label = labels.const_data_ptr<int64_t>();
  const auto* predicted = predictions.classes.const_data_ptr<int64_t>();
  const auto* probability = predictions.probabilities.const_data_ptr<double>();
  std::vector<ConfidentError> all;
  for (int64_t i = 0; i < part.size(); ++i)
    if (label[i] != predicted[i]) all.push_back({row[i], label[i], predicted[i], probability[i]});
  std::stable_sort(all.begin(), all.end(), [](const ConfidentError& a, const ConfidentError& b) {
    return a.probability > b.probability;
  });
  all.resize(std::min(all.size(), static_cast<size_t>(most)));
  return all;
}

}  // namespace sslhost::host
