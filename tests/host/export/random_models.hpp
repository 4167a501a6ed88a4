// SPDX-License-Identifier: Apache-2.0
#pragma once

// Models of every network of the SDK, with weights in which nothing is a mere 0 or 1.

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "sslhost/engine.hpp"
#include "sslhost/nn/networks.hpp"

#include "host/model/model_file.hpp"

namespace sslhost::host {

/// Small images that the network takes.
inline Task small_task(const std::string& network) {
  const bool patches = network.starts_with("vit") || network.starts_with("dinov2");
  const bool flat = network.starts_with("mlp") || network == "linear";
  const int64_t side = flat ? 8 : network.starts_with("dinov2") ? 56 : patches ? 64 : 32;
  Task task = {.classes = 5, .channels = flat ? 1 : 3, .height = side, .width = side};
  if (network.starts_with("efficientnet"))
    task.width = 49;  // padding that is not alike on all sides
  task.labeled = 5;
  task.unlabeled = 10;
  task.data_rms = 1;
  return task;
}

inline Tensor random_images(const Task& task, int64_t count) {
  return at::randint(0, 256, {count, task.channels, task.height, task.width}, at::kByte);
}

/// Scales, shifts and statistics as after training; without these, mistakes in them go unseen.
inline void randomize(const NamedTensors& tensors) {
  const at::NoGradGuard no_gradient;
  for (const auto& [name, tensor] : tensors) {
    const auto noise = at::rand_like(tensor.to(at::kFloat)) * 2 - 1;
    const bool scale = name.ends_with("running_var") || name.ends_with("weight_g") ||
                       (name.ends_with(".weight") && tensor.dim() == 1);
    if (!tensor.is_floating_point()) continue;
    if (scale)
      tensor.copy_(1 + 0.3 * noise);
    else if (!name.ends_with("weight") && !name.ends_with("weight_v"))
      tensor.copy_(0.1 * noise);
  }
}

/// A file `name`.safetensors whose temperature makes logits of images differ by about one.
inline std::filesystem::path save_random_model(const std::filesystem::path& folder,
                                               const std::string& network) {
  at::manual_seed(7);
  const auto task = small_task(network);
  const auto backbone = make_backbone(network, task, {}, 1);
  auto tensors = backbone->named_parameters();
  for (const auto& buffer : backbone->named_buffers()) tensors.push_back(buffer);
  randomize(tensors);
  ModelFile model;
  model.method = "supervised";
  model.model = network;
  model.predictor = SdkNetwork{"net", network, {}, nullptr};
  for (int64_t i = 0; i < task.classes; ++i) model.classes.push_back("class " + std::to_string(i));
  const std::vector<float> channels(static_cast<size_t>(task.channels), 0.4F);
  model.scale = Scale(1.0 / 255, channels, {0.3F}, task.channels, at::kCPU);
  model.pixels = true;
  model.task = task;
  backbone->train(false);
  const at::NoGradGuard no_gradient;
  const auto logits = Network(backbone)(model.scale(random_images(task, 20)));
  model.temperature = logits.std().item<double>();
  for (const auto& [name, tensor] : tensors)
    model.tensors.emplace_back("net." + name, tensor.detach());
  const auto path = folder / (network + ".safetensors");
  save_model_file(path, model);
  return path;
}

}  // namespace sslhost::host
