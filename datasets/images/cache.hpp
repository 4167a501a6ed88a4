// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decoded pictures on disk. Each set of files and way of preparing them has a folder of its own,
// named after a hash of both; it appears whole or not at all, and processes that want the same one
// wait for the first.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "datasets/images/prepare.hpp"

namespace sslhost::images {

struct Prepared {
  std::shared_ptr<const uint8_t> pixels;  ///< [good pictures][channels][side][side], mapped
  std::vector<BadPicture> bad;            ///< in the order of the pictures
  Depth depth = {};                       ///< none in entries of earlier versions
};

/// From the cache, or made and put there. Throws Error (storage) where that fails: nothing is left
/// then. What `progress` throws ends the work in the same way.
Prepared prepared(const std::vector<Picture>& pictures, const Preparation& preparation,
                  const std::filesystem::path& cache, const Progress& progress);

}  // namespace sslhost::images
