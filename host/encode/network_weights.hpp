// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights from elsewhere in a network of the SDK's. The head, which gave another task's classes,
// need not fit.

#include <cstdint>
#include <string>

#include "sslhost/nn/networks.hpp"

namespace sslhost::host {

struct Loaded {
  int64_t tensors = 0;                        ///< copied
  std::vector<std::string> not_in_file = {};  ///< of the head, with first weights of their own
  std::vector<std::string> left_out = {};     ///< of the file's head, of another shape
};

/// The module of a network that gives classes, by name.
std::string head_of(const std::string& network);

/// The photo networks: those with published weights.
std::vector<std::string> pretrained_networks();

/// The network whose features these tensors, names and shapes, are for; empty where there is none.
std::string network_of(const NamedTensors& tensors);

/// Throws Error (storage) naming what is missing, of another shape, left over, or not finite.
Loaded load_weights(Backbone& network, const std::string& name, const NamedTensors& tensors,
                    const std::string& where);

/// Those that features() needs.
NamedTensors without_head(const NamedTensors& tensors, const std::string& network);

}  // namespace sslhost::host
