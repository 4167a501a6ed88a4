// SPDX-License-Identifier: Apache-2.0
#pragma once

// First weights of a network stand for published ones: what is tested is how they are used.

#include <filesystem>
#include <map>
#include <string>

#include "sslhost/nn/networks.hpp"

#include "host/encode/pretrained.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::testing {

inline NamedTensors first_weights(const std::string& network, uint64_t seed = 1,
                                  int64_t classes = 5) {
  const Task task{.classes = classes, .channels = 3, .height = 224, .width = 224};
  const auto made = make_backbone(network, task, {}, seed);
  NamedTensors all;
  for (const auto& [name, tensor] : made->named_parameters())
    all.emplace_back(name, tensor.detach());
  for (const auto& [name, tensor] : made->named_buffers()) all.emplace_back(name, tensor);
  return all;
}

inline host::Pretrained pretrained(uint64_t seed = 1) {
  return {.network = "efficientnet-lite0",
          .checksum = "checksum " + std::to_string(seed),
          .file = "weights.safetensors",
          .tensors = first_weights("efficientnet-lite0", seed)};
}

inline void save_weights(const std::filesystem::path& file, const NamedTensors& tensors,
                         const std::map<std::string, std::string>& metadata = {}) {
  host::save_safetensors(file, {tensors, metadata});
}

}  // namespace sslhost::testing
