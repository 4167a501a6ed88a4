// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model says of the pictures, from the table that `sslhost predict RUN FOLDER` prints; and
// the order in which pictures come.

#include <cstddef>
#include <filesystem>
#include <istream>
#include <string>
#include <vector>

#include "host/labeling/pictures.hpp"

namespace sslhost::host {

struct Prediction {
  std::string label = {};  ///< empty: none
  double probability = 0;
};

using Predictions = std::vector<Prediction>;  ///< one for each picture; empty: no table was given

/// Columns path, class and probability, in any order, others beside them; paths as they were given
/// to `predict`, or below the folder. Rows of other files are passed over. Throws Error (data) for
/// what is no such table, or says nothing of any picture of the folder.
Predictions read_predictions(const std::filesystem::path& file, const Pictures& pictures);
/// `name`: of the table, for errors.
Predictions read_predictions(std::istream& in, const std::string& name, const Pictures& pictures);

/// The pictures that `file` names first, a name or a number on each line (a name with a line end as
/// a string of JSON; numbers from 0, in the natural order of names), then all others in natural
/// order. Throws Error (data) with the line for what is no picture, and for one that comes twice.
std::vector<size_t> read_order(const std::filesystem::path& file, const Pictures& pictures);

/// Those that the model is least sure of first, then those of which it says nothing; without
/// predictions the natural order.
std::vector<size_t> usual_order(const Pictures& pictures, const Predictions& predictions);

}  // namespace sslhost::host
