// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that PyTorch saved, without Python, LibTorch or running anything that the file says.

#include <filesystem>
#include <string>
#include <vector>

#include "host/storage/descriptor.hpp"
#include "host/weights/stored_tensor.hpp"

namespace sslhost::host {

/// The tensors of a file that torch.save() wrote of a state dict, or of a dictionary that holds one
/// as state_dict, model_state_dict, model or teacher, in its order. Other entries are left out.
/// Throws Error (storage): for a damaged file, one that makes Python run something, one without
/// tensors, and one whose tensors are together more than four times the file.
std::vector<StoredTensor> read_state_dict(const std::filesystem::path& file);

/// The same from memory; `name` stands in messages.
std::vector<StoredTensor> read_state_dict(Bytes bytes, const std::string& name);

}  // namespace sslhost::host
