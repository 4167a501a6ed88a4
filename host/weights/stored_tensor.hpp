// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

/// A tensor as a file holds it, without LibTorch.
struct StoredTensor {
  std::string name;
  std::string type;  ///< safetensors' names: F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;  ///< row-major, contiguous, little-endian
};

}  // namespace sslhost::host
