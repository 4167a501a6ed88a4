// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/nn/module.hpp"

namespace common {

/// Whether two training passes of the network over the same images differ: whether it has a noise
/// layer that draws.
bool draws(sslhost::Module& network);

}  // namespace common
