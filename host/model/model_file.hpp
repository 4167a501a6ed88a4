// SPDX-License-Identifier: Apache-2.0
#pragma once

// model.safetensors: weights with all that is needed to predict with them.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/phase.hpp"

#include "host/config/recorded_options.hpp"
#include "host/data/scale.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

/// The pretrained network through which pictures go first.
struct ModelEncoder {
  std::string network, checksum;
  std::vector<int64_t> shape;  ///< [C,H,W] of pictures
  bool pixels = true;          ///< uint8; else float32
  double scale = 1;            ///< pictures · scale is in [0,1]
  NamedTensors tensors;
};

/// Who read the training data, and what is to be known to read others the same way.
struct ReaderKnowledge {
  std::string dataset, knowledge;
};

struct ModelFile {
  std::string method;
  std::string model;  ///< the network of --model
  /// The method's; not in files of 0.1, which need config.toml beside them.
  std::optional<RecordedOptions> options;
  /// What predicts, where it is a network of the SDK's alone; its `backbone` is not in the file.
  std::optional<SdkNetwork> predictor;
  std::optional<ModelEncoder> encoder;
  std::optional<ReaderKnowledge> reader;  ///< where it had something to say
  std::vector<std::string> classes;
  std::optional<double> temperature;  ///< softmax(logits / temperature); none: 1
  Scale scale;                        ///< of the images to predict
  bool pixels = false;                ///< the method sees uint8; else float32 features
  Task task;
  NamedTensors tensors;
};

/// The model of a run folder, or the file itself. Throws Error (storage) where there is none.
std::filesystem::path find_model_file(const std::filesystem::path& run_or_model);

void save_model_file(const std::filesystem::path& path, const ModelFile& model);
/// Its task and scale are for that device. Throws Error (storage).
ModelFile load_model_file(const std::filesystem::path& path, c10::Device device);

}  // namespace sslhost::host
