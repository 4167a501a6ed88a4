// SPDX-License-Identifier: Apache-2.0
#pragma once

// Passes that draw nothing, in the middle of training: for targets that are made by the network as
// it is, such as pseudo-labels.

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"
#include "sslhost/nn/noise.hpp"

namespace sslhost {

/// Until what it returns is destroyed, noise layers below that module (Dropout, GaussianNoise; not
/// LibTorch's) let everything through. All else is as in training: batch norm normalizes by the
/// batch, and records inside Step::record_statistics(). Step::evaluate() closes both.
[[nodiscard]] SSLHOST_API NoiseScope without_noise(Module& module);

}  // namespace sslhost
