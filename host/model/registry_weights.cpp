// SPDX-License-Identifier: Apache-2.0
// Networks of the SDK that begin with given weights.
#include <ATen/core/grad_mode.h>

#include "host/model/fit_head.hpp"
#include "host/model/initial_weights.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

void Registry::begin_with(const InitialWeights& weights) { initial_ = &weights; }

Network Registry::backbone(std::string_view name, const NetworkRequest& request) {
  const auto& model = request.model.empty() ? model_ : request.model;
  auto made = make_backbone(model, task_, request, seed(name));
  if (initial_ && request.model.empty())
    loaded_ = load_weights(*made, model, initial_->tensors, initial_->file.string());
  own(name, made);
  networks_.push_back(
      std::make_unique<SdkNetwork>(SdkNetwork{std::string(name), model, request, made}));
  return Network(std::move(made));
}

int64_t Registry::fit_heads(const std::string& head, const ResidentPool& labeled) {
  // All networks of --model have the same weights now, a teacher and its student among them.
  const Backbone* first = nullptr;
  int64_t samples = 0;
  for (const auto& network : networks_) {
    if (!network->request.model.empty()) continue;
    if (!first) {
      first = network->backbone.get();
      samples = fit_head(*network->backbone, head, labeled);
      if (samples == 0) return 0;
      continue;
    }
    const auto from = first->named_parameters();
    const at::NoGradGuard constant;
    for (const auto& [name, tensor] : network->backbone->named_parameters())
      if (name.starts_with(head + "."))
        for (const auto& [other, value] : from)
          if (other == name) tensor.copy_(value);
  }
  return samples;
}

void Registry::freeze_statistics() {
  for (const auto& network : networks_) {
    if (!network->request.model.empty()) continue;
    statistics_.exempt(*network->backbone);
    for (const auto& part : network->backbone->named_modules())
      if (dynamic_cast<RunningStatistics*>(part.module)) frozen_.push_back(part.module);
  }
  training_mode(true);
}

void Registry::training_mode(bool on) {
  for (const auto& [name, module] : modules_) module->train(on);
  for (auto* layer : frozen_) layer->set_training(false);
}

}  // namespace sslhost::host
