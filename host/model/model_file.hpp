// SPDX-License-Identifier: Apache-2.0
#pragma once

// model.safetensors: weights with what is needed to predict with them.

#include <filesystem>
#include <string>
#include <vector>

#include "sslhost/phase.hpp"

#include "host/data/scale.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

struct ModelFile {
  std::string method;
  std::vector<std::string> classes;
  Scale scale;          ///< of the images to predict
  bool pixels = false;  ///< uint8; else float32 features
  Task task;
  NamedTensors tensors;
};

void save_model_file(const std::filesystem::path& path, const ModelFile& model);
/// Its task and scale are for that device. Throws Error (storage).
ModelFile load_model_file(const std::filesystem::path& path, c10::Device device);

}  // namespace sslhost::host
