// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/noise_layers.hpp"

#include <algorithm>

namespace common {

namespace {

std::vector<sslhost::NoiseLayer*> noise_layers(sslhost::Module& network) {
  std::vector<sslhost::NoiseLayer*> all;
  for (const auto& part : network.named_modules())
    if (auto* layer = dynamic_cast<sslhost::NoiseLayer*>(part.module)) all.push_back(layer);
  return all;
}

}  // namespace

bool draws(sslhost::Module& network) {
  const auto layers = noise_layers(network);
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto* layer) { return layer->draws(); });
}

WithoutNoise::WithoutNoise(sslhost::Module& network) : layers_(noise_layers(network)) {
  std::erase_if(layers_, [](const auto* layer) { return !layer->is_training(); });
  for (auto* layer : layers_) layer->set_training(false);
}

WithoutNoise::~WithoutNoise() {
  for (auto* layer : layers_) layer->set_training(true);
}

}  // namespace common
