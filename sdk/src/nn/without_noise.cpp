// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/without_noise.hpp"

#include <vector>

#include "sslhost/nn/layers.hpp"

namespace sslhost {

NoiseScope without_noise(Module& module) {
  std::vector<Module*> silenced;
  for (const auto& part : module.named_modules())
    if (part.module->is_training() && dynamic_cast<NoiseLayer*>(part.module)) {
      part.module->set_training(false);
      silenced.push_back(part.module);
    }
  return NoiseScope([silenced = std::move(silenced)] {
    for (auto* layer : silenced) layer->set_training(true);
  });
}

}  // namespace sslhost
