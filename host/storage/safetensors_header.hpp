// SPDX-License-Identifier: Apache-2.0
#pragma once

// The header of a safetensors file: 8 bytes little-endian length n, n bytes of JSON, then the data
// of the tensors. Checked in full before any of it is used
// (https://github.com/huggingface/safetensors). Needs no LibTorch.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

struct TensorEntry {
  std::string name;
  std::string dtype;  ///< F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL
  std::vector<std::int64_t> shape;
  std::int64_t begin = 0, end = 0;  ///< bytes, from the start of the data
};

struct SafetensorsHeader {
  std::vector<TensorEntry>
      entries;  ///< in the order of their data, which they cover without holes or overlap
  std::map<std::string, std::string> metadata;
  std::int64_t data = 0;  ///< where the data start in the file; written by read_header only
};

/// Bytes of one element; 0 for a type that is not in the list above.
std::int64_t element_size(std::string_view dtype);

/// Length and JSON, padded so that the data start at a multiple of 8. Sets begin and end of the
/// entries in their order.
std::string write_header(SafetensorsHeader& header);

/// Throws Error (storage) naming the file and, where it is about one, the tensor.
SafetensorsHeader read_header(const Descriptor& file, const std::filesystem::path& path);

}  // namespace sslhost::host
