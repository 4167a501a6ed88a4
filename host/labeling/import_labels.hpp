// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers that other programs keep.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/labeling/session.hpp"

namespace sslhost::host {

/// csv, label-studio, cvat, coco.
const std::vector<std::string>& import_formats();

struct Imported {
  int64_t taken = 0;    ///< labels of pictures that had none
  int64_t same = 0;     ///< the picture has that label
  int64_t kept = 0;     ///< the picture has another answer, which stays
  int64_t unknown = 0;  ///< of files that are not in the folder
};

/// All of a file in one step, which one undo takes back. Throws Error: usage for another format,
/// data for what is no such file, and for a picture with two labels in it.
Imported import_labels(Session& session, const std::string& format,
                       const std::filesystem::path& file);

}  // namespace sslhost::host
