// SPDX-License-Identifier: Apache-2.0
#pragma once

// Predicted files into folders that are named after their classes.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/storage/place_file.hpp"

namespace sslhost::host {

enum class Sorting { none, move, link };

class ClassFolders {
 public:
  /// Makes `root`. Throws Error: usage for a class whose name would be no folder in it, storage
  /// where nothing can be written there.
  ClassFolders(Sorting how, std::filesystem::path root, const std::vector<std::string>& classes);

  /// Where the file is from then on, or its link. Throws Error (storage).
  Place place(const std::string& file, const std::string& class_name);
  int64_t placed() const { return placed_; }
  int64_t were_there() const { return were_there_; }

 private:
  Sorting how_;
  std::filesystem::path root_;
  int64_t placed_ = 0, were_there_ = 0;
};

}  // namespace sslhost::host
