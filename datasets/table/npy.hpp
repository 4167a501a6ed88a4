// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arrays of numbers from .npy files.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/table/npy_header.hpp"

namespace sslhost::table {

struct Array {
  std::string name;  ///< of the file, for errors
  int64_t rows = 0;
  std::vector<int64_t> shape = {};      ///< of a row, [C,H,W]
  std::shared_ptr<const float> values;  ///< mapped where the file has them as they are wanted

  int64_t width() const { return shape[0] * shape[1] * shape[2]; }
};

/// [N,D], [N,H,W] (one channel) or [N,C,H,W] of any type, as float32. Values may be NaN or
/// infinite. Throws Error (data).
Array read_array(const std::filesystem::path& file);

/// [N] or [N,1] of whole numbers; NaN is -1. Throws Error (data).
std::vector<int64_t> read_numbers(const std::filesystem::path& file);

}  // namespace sslhost::table
