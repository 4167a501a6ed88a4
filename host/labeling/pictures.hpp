// SPDX-License-Identifier: Apache-2.0
#pragma once

// The pictures of a folder, as the dataset `images` finds them, with the labels that they have.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct Picture {
  std::string name;  ///< the path below the folder, UTF-8, with '/'; no two have the same
  std::filesystem::path file;
  std::string label = {};  ///< empty: none
  bool is_test = false;
};

struct Pictures {
  std::filesystem::path folder, real_folder;  ///< as it was given; without links
  std::filesystem::path table;                ///< labels.csv, or labels.tsv where there is one
  bool has_table = false;
  std::vector<Picture> all;  ///< natural order of names
  std::vector<std::string> classes;
  std::string said;  ///< what was recognized, in one line
  std::vector<std::string> warnings;
};

/// Throws Error (data) where there is no picture, and for all that training would refuse in a
/// label table.
Pictures read_pictures(const std::filesystem::path& folder);

}  // namespace sslhost::host
