// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which label each row of an array has.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::table {

struct ArrayLabels {
  std::vector<std::string> words;       ///< of each row; empty: no label
  std::vector<std::string> names = {};  ///< of the rows, where the table has some

  int64_t labeled() const;
};

/// Of *.npy numbers, negative ones for none; of a table the column called label, class, target or
/// y, else the last one. With a column `id`, or a first one without a name, that is the row from 0
/// on, and rows that are not there have no label; else there is a line for each row, and a column
/// called name, path or filename has their names. Throws Error (data).
ArrayLabels read_array_labels(const std::filesystem::path& file, int64_t rows);

}  // namespace sslhost::table
