// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors as bytes into a safetensors file. Needs no LibTorch.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/storage/descriptor.hpp"
#include "host/storage/safetensors_header.hpp"

namespace sslhost::host {

struct TensorBytes {
  TensorEntry entry;  ///< name, dtype and shape; the rest is set by the writer
  Bytes bytes;
};

/// Whole or not at all; equal content gives equal bytes, whatever the order of the tensors. Names
/// are unique, bytes as many as type and shape say. Throws Error (storage) when the file cannot be
/// written, std::invalid_argument for a broken precondition.
void write_safetensors(const std::filesystem::path& path, std::vector<TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace sslhost::host
