// SPDX-License-Identifier: Apache-2.0
#pragma once

// Predictions as CSV: index, name where samples have names, label where they have labels, predicted
// class and its probability.

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

struct PredictionLine {
  int64_t index = 0;   ///< position in the part of the dataset
  std::string name;    ///< where samples have names
  int64_t label = -1;  ///< below 0: none
  int64_t predicted = 0;
  double probability = 0;  ///< of the predicted class
};

class PredictionTable {
 public:
  PredictionTable(std::vector<std::string> classes, bool names, bool labels);
  /// With the end of the line, as all of them.
  std::string header() const;
  std::string line(const PredictionLine& prediction) const;

 private:
  std::vector<std::string> classes_;  // as fields
  bool names_, labels_;
};

}  // namespace sslhost::host
