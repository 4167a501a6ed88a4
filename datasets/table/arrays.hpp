// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arrays of NumPy, from files to content.

#include <filesystem>
#include <string>

#include "datasets/table/content.hpp"

namespace sslhost::table {

struct ArrayFiles {
  std::filesystem::path train, train_labels = {};  ///< labels: *.npy, or a table
  std::filesystem::path test = {}, test_labels = {}, unlabeled = {};
};

/// Throws Error (data). Samples with a negative label join the unlabeled part.
Content read_arrays(const ArrayFiles& files);

/// For a model whose training data left that knowledge. Labels need not be there: samples of one
/// array without any are a test part.
Content read_arrays_by(const std::string& knowledge, const ArrayFiles& files);

}  // namespace sslhost::table
