// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/weights/stored_tensor.hpp"

namespace sslhost::host {

/// A safetensors file, whole or not at all, with the bytes that save_safetensors() writes of the
/// same tensors. Throws Error (storage) when it cannot be written or could not be read again: a
/// name that comes twice or is the format's own.
void save_stored(const std::filesystem::path& path, const std::vector<StoredTensor>& tensors,
                 const std::map<std::string, std::string>& metadata);

}  // namespace sslhost::host
