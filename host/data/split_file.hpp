// SPDX-License-Identifier: Apache-2.0
#pragma once

// A split as a JSON file: it says with whose labels a model was trained, and can be given back to
// train with the same ones. docs/reference/data.md lists the fields.

#include <filesystem>
#include <string>
#include <vector>

#include "host/data/data_content.hpp"
#include "host/data/split.hpp"

namespace sslhost::host {

/// What a split file records beside the split.
struct SplitRecord {
  Split split;
  std::string dataset;               ///< id of the dataset's plugin
  std::vector<std::string> classes;  ///< names, in label order
  std::vector<int64_t> labels;       ///< of split.labeled, in its order
  std::vector<std::string> names;    ///< the same; empty: the dataset had none
  DataContent content;
};

/// Labels and names of the labeled samples are written, no others.
void save_split(const std::filesystem::path& path, const Split& split, const std::string& dataset,
                const std::vector<std::string>& classes, const SplitSource& source,
                const DataContent& content = {});

/// Checks types, ranges, duplicates, disjointness and the hash; throws Error (data) naming file and
/// field.
SplitRecord load_split(const std::filesystem::path& path);

/// Throws Error (data) unless the loaded split was drawn from a dataset of this id, these sizes,
/// these labels and, where it recorded any, these names.
void check_split_fits(const std::filesystem::path& path, const SplitRecord& record,
                      const std::string& dataset, const SplitSource& source);

}  // namespace sslhost::host
