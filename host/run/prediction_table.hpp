// SPDX-License-Identifier: Apache-2.0
#pragma once

// Predictions as lines of text. Samples of a dataset: index, name where they have names, label
// where they have labels, predicted class and its probability. Files: path, class, probability,
// error. Behind them, where they are wanted, the probabilities of all classes.

#include <cstdint>
#include <string>
#include <vector>

#include "host/run/table_row.hpp"

namespace sslhost::host {

struct PredictionColumns {
  TableFormat format = TableFormat::csv;
  bool files = false;  ///< else samples of a dataset
  bool names = false, labels = false;
  bool places = false;  ///< of files: where they were put
  bool probabilities = false;
};

struct PredictionLine {
  int64_t index = 0;       ///< position in the part of the dataset
  std::string name = {};   ///< where samples have names; of a file its path
  int64_t label = -1;      ///< below 0: none
  int64_t predicted = 0;   ///< below 0: none
  double probability = 0;  ///< of the likeliest class
  std::string error = {};  ///< why there is no prediction; empty: there is one
  std::string place = {};  ///< empty: none
  std::vector<float> probabilities = {};
};

class PredictionTable {
 public:
  PredictionTable(std::vector<std::string> classes, const PredictionColumns& columns);
  PredictionTable(std::vector<std::string> classes, bool names, bool labels);
  /// With the end of the line, as all of them; empty where lines name their values themselves.
  std::string header() const;
  std::string line(const PredictionLine& prediction) const;

 private:
  std::vector<std::string> classes_;
  PredictionColumns columns_;
};

}  // namespace sslhost::host
