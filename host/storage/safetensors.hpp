// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors in a file, without anything executable: the format of models and checkpoints.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sslhost::host {

struct TensorFile {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  std::map<std::string, std::string> metadata;

  /// Undefined when there is none of that name.
  at::Tensor find(std::string_view name) const;
};

/// Whole or not at all. Equal content gives equal bytes, whatever the order of the tensors, their
/// device and strides. Names are unique; types are those of float64, 32, 16, bfloat16, int64, 32,
/// 16, 8, uint8 and bool. Throws Error (storage) when the file cannot be written.
void save_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// Tensors on the CPU, sorted by name. Every byte is checked before it is trusted; throws Error
/// (storage).
TensorFile load_safetensors(const std::filesystem::path& path);

}  // namespace sslhost::host
