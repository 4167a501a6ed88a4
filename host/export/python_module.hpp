// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as plain PyTorch: the text of model.py, and the tensors of the file beside it.

#include <string>
#include <vector>

#include "host/export/operations.hpp"
#include "host/storage/safetensors_writer.hpp"

namespace sslhost::host {

struct PythonModule {
  std::string text;
  std::vector<TensorBytes> tensors;  ///< their bytes are those of the operations
};

/// Throws Error (plugin) naming the operations that cannot be written; `who` is whose they are.
PythonModule python_module(const Operations& all, const std::vector<std::string>& classes,
                           double temperature, const std::string& version, const std::string& who);

}  // namespace sslhost::host
