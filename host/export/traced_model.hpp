// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/export/operations.hpp"
#include "host/inference/loaded_model.hpp"

namespace sslhost::host {

/// All that a model, on the CPU, does to stored images: preparation, encoder, network or the
/// method's own rule. Parameters are called as in model.safetensors. Its weights take no gradients
/// any more. Throws Error (plugin) for what cannot be exported.
Operations traced_model(const LoadedModel& loaded);

}  // namespace sslhost::host
