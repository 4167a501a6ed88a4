// SPDX-License-Identifier: Apache-2.0
#include "frozen.hpp"

#include <torch/nn/modules/batchnorm.h>

namespace autoencoder_transfer {

namespace {

torch::nn::BatchNormOptions* batch_norm_options(torch::nn::Module* module) {
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm1dImpl*>(module)) return &layer->options;
  if (auto* layer = dynamic_cast<torch::nn::BatchNorm2dImpl*>(module)) return &layer->options;
  return nullptr;
}

}  // namespace

Frozen::Frozen(torch::nn::Module& network) {
  for (auto& part : network.modules()) {
    // Between a method's track() scopes a layer does not know of its running statistics.
    if (auto* options = batch_norm_options(part.get())) {
      tracking_.emplace_back(options, options->track_running_stats());
      options->track_running_stats(true);
    }
    modes_.emplace_back(part, part->is_training());
  }
  network.eval();
}

Frozen::~Frozen() {
  // Outer modules come first and set all below them, so inner ones have the last word.
  for (const auto& [part, training] : modes_) part->train(training);
  for (const auto& [options, tracked] : tracking_) options->track_running_stats(tracked);
}

}  // namespace autoencoder_transfer
