// SPDX-License-Identifier: Apache-2.0
#pragma once

// What lies where --data points.

#include <filesystem>
#include <variant>

#include "datasets/table/arrays.hpp"
#include "datasets/table/tables.hpp"

namespace sslhost::table {

using Source = std::variant<TableFiles, ArrayFiles>;

/// A file is an array where its first bytes say so, else a table. A folder has train.csv (or .tsv;
/// and test, unlabeled), X_train.npy and y_train.npy (and X_test, y_test, X_unlabeled), or
/// features.npy and labels.csv. Throws Error (data) where it has none of these.
Source source_of(const std::filesystem::path& path);

/// Whether --data alone tells: a file *.csv, *.tsv or *.npy, or such a folder with nothing in it
/// that may be a picture.
bool is_source(const std::filesystem::path& path);

}  // namespace sslhost::table
