// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors by name, as files hold them.

#include <filesystem>
#include <string>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// Copies values by name. Throws Error (storage) naming what is missing, left over or of another
/// shape.
void copy_into(const NamedTensors& targets, const NamedTensors& values,
               const std::filesystem::path& path);

/// Those whose names begin so, without that beginning.
NamedTensors below(const NamedTensors& tensors, const std::string& prefix);

/// Throws Error (diverged) when a weight is NaN or infinite: such a state is never saved.
void require_finite(const NamedTensors& tensors);

}  // namespace sslhost::host
