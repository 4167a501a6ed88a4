// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model file with all that predicts by it in place.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sslhost/engine.hpp"
#include "sslhost/method.hpp"

#include "host/config/plan.hpp"
#include "host/encode/encoder.hpp"
#include "host/loading/method_owner.hpp"
#include "host/model/model_file.hpp"

namespace sslhost::host {

struct LoadedModel {
  std::filesystem::path file;
  std::unique_ptr<Plan> plan;        ///< null: no plugin is needed
  ModelFile model;                   ///< without its tensors, which are where they belong
  std::unique_ptr<Encoder> encoder;  ///< null: none
  std::unique_ptr<Registry> registry;
  MethodOwner method;  ///< null: a network of the SDK's predicts

  /// [C,H,W] of an image to predict.
  std::vector<int64_t> shape() const {
    if (model.encoder) return model.encoder->shape;
    return {model.task.channels, model.task.height, model.task.width};
  }
  /// Whether it is uint8; else float32.
  bool takes_pixels() const { return model.encoder ? model.encoder->pixels : model.pixels; }
};

/// Throws Error (usage) for a file or a folder that is clearly neither, such as a photo. `next`:
/// how the command is to be written.
void require_run_or_model(const std::filesystem::path& named, const std::string& next);

/// As Classifier::load().
LoadedModel load_model(const std::filesystem::path& run_or_model, const std::string& device,
                       const TrainRequest& where);

}  // namespace sslhost::host
