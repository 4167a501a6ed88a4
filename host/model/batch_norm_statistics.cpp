// SPDX-License-Identifier: Apache-2.0
#include "host/model/batch_norm_statistics.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "host/operators/operators.hpp"

namespace sslhost::host {

void BatchNormStatistics::add(Module& module) {
  for (const auto& part : module.named_modules()) {
    auto* statistics = dynamic_cast<RunningStatistics*>(part.module);
    if (!statistics) continue;
    layers_.push_back(std::make_shared<Layer>(Layer{part.module, statistics}));
    for (const auto& tensor : statistics->statistics()) running_.push_back(tensor);
  }
}

const BatchNormStatistics::Layers& BatchNormStatistics::below(Module& module) {
  const auto known = cache_.find(&module);
  if (known != cache_.end()) return known->second;
  Layers layers;
  for (const auto& part : module.named_modules())
    for (const auto& layer : layers_)
      if (layer->module == part.module) layers.push_back(layer);
  return cache_.emplace(&module, std::move(layers)).first->second;
}

void BatchNormStatistics::exempt(Module& module) {
  for (const auto& layer : below(module)) layer->exempt = true;
}

StatisticsScope BatchNormStatistics::open(Module& module) {
  const auto& layers = below(module);
  std::set<Module*> wanted = {&module};  // even without batch norm: another --model may have it
  for (const auto& layer : layers) wanted.insert(layer->module);
  for (auto* part : wanted)
    if (!opened_.insert(part).second)
      throw Error(ExitCode::plugin, {"Step::record_statistics", "one scope a step for each module",
                                     "a second one", "put the passes that record into one scope"});
  for (const auto& layer : layers) {
    layer->statistics->record_statistics(true);
    layer->recorded = true;
  }
  return StatisticsScope([&layers] {
    for (const auto& layer : layers) layer->statistics->record_statistics(false);
  });
}

void BatchNormStatistics::remember() {
  remembered_.clear();
  for (const auto& tensor : running_) remembered_.push_back(tensor.detach().clone());
}

void BatchNormStatistics::settle(const Tensor& found_inf) {
  if (running_.empty()) return;
  if (remembered_.empty()) return remember();
  operators::settle(running_, remembered_, found_inf);
}

NamedTensors BatchNormStatistics::remembered() const {
  NamedTensors all;
  for (size_t i = 0; i < remembered_.size(); ++i)
    all.emplace_back("remembered statistics " + std::to_string(i), remembered_[i]);
  return all;
}

bool BatchNormStatistics::none_recorded(const Layers& layers) {
  const auto wanted = [](const auto& layer) { return !layer->exempt; };
  const auto recorded = [](const auto& layer) { return layer->recorded; };
  return std::any_of(layers.begin(), layers.end(), wanted) &&
         std::none_of(layers.begin(), layers.end(), recorded);
}

bool BatchNormStatistics::nothing_recorded() const { return none_recorded(layers_); }

bool BatchNormStatistics::nothing_recorded(Module& module) { return none_recorded(below(module)); }

void BatchNormStatistics::assume_recorded() {
  for (const auto& layer : layers_) layer->recorded = true;
}

}  // namespace sslhost::host
