// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as a file of ONNX.

#include <string>

#include "host/export/notes.hpp"
#include "host/export/operations.hpp"

namespace sslhost::host {

/// `notes` stand in metadata_props. Outputs are `logits` and `probabilities` = softmax(logits /
/// temperature). Throws Error (plugin) naming the operations that cannot be written; `who` is whose
/// they are.
std::string onnx_model(const Operations& all, double temperature, const ModelNotes& notes,
                       const std::string& producer_version, const std::string& who);

}  // namespace sslhost::host
