// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/draws.hpp"

#include <algorithm>

#include "sslhost/nn/layers.hpp"

namespace common {

bool draws(sslhost::Module& network) {
  const auto parts = network.named_modules();
  return std::any_of(parts.begin(), parts.end(), [](const auto& part) {
    const auto* noise = dynamic_cast<const sslhost::NoiseLayer*>(part.module);
    return noise != nullptr && noise->draws();
  });
}

}  // namespace common
